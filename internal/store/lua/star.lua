-- star: nobody who speaks the language: whoever is on may take the case, with an interpreter.
-- KEYS 1 era
-- ARGV 2 case  3 '1' to open the case to everybody, '' to look again later  4 later ms
-- Result: {ok}
-- Invariants: the score is the same in both buckets; claim and leave remove it from both.
local c = read(ARGV[2])
if not c or (c.state ~= 'waiting' and c.state ~= 'promised') then return {'ok'} end
if ARGV[3] == '' then
  job('nolang:' .. c.id, now + ARGV[4], 'nolang', c)
  return {'ok'}
end
local star = 'q:' .. c.channel .. ':*:' .. need(c)
call('ZADD', P .. star, c.score, c.id)
set(c, 'star', star)
emit('queue', c, 'interpreter')
return {'ok'}
