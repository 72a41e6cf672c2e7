-- record: a block of the record of access, if the chain ends where its maker
-- thought.
-- KEYS 1 era
-- ARGV 2 chain value of the block before ('' for the first)  3 number of this
--      block  4 sealed entries  5 chain value of this block
-- Result: {ok} | {moved, number of the last block, its chain value}
-- Invariants: numbers grow by one; each block is chained to the one before.
local head = call('HMGET', P .. 'audit:head', 'n', 'l')
local n, link = tonumber(head[1] or '0'), head[2] or ''
if link ~= ARGV[2] or n + 1 ~= tonumber(ARGV[3]) then return {'moved', int(n), link} end
call('XADD', P .. 'audit', '*', 'n', ARGV[3], 'b', ARGV[4], 'l', ARGV[5])
call('HSET', P .. 'audit:head', 'n', ARGV[3], 'l', ARGV[5])
return {'ok'}
