-- conflicts: the callers whom a counselor must never be given.
-- KEYS 1 era
-- ARGV 2 counselor  3.. blind indexes of their numbers
-- Result: {ok, how many}
-- Invariants: the list is replaced in one step; it holds for cases that wait already.
local k = P .. 'cf:' .. ARGV[2]
call('DEL', k)
for i = 3, #ARGV do call('SADD', k, ARGV[i]) end
return {'ok', call('SCARD', k)}
