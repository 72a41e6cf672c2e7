-- star: nobody is free whom the case is for: it is opened to others too.
-- KEYS 1 era
-- ARGV 2 case  3 language of those, '*' for all, '' to look again later only  4 need  5 ms until somebody looks again
-- Result: {ok}
-- Invariants: the score is the same in both buckets; claim and leave remove it from both; one opening at a time.
local c = read(ARGV[2])
if not c or (c.state ~= 'waiting' and c.state ~= 'promised') then return {'ok'} end
if ARGV[3] ~= '*' or ARGV[4] ~= 'talk' then job('nolang:' .. c.id, now + ARGV[5], 'nolang', c) end
local star = 'q:' .. c.channel .. ':' .. ARGV[3] .. ':' .. ARGV[4]
if ARGV[3] == '' or star == c.bucket or star == c.star then return {'ok'} end
if (c.star or '') ~= '' and c.star ~= c.bucket then call('ZREM', P .. c.star, c.id) end
call('ZADD', P .. star, c.score, c.id)
set(c, 'star', star)
emit('queue', c, ARGV[3] == '*' and 'interpreter' or 'opened')
return {'ok'}
