-- groupput: a group is made or changed.
-- KEYS 1 era
-- ARGV 2 group  3 new|put|load  4 topic  5 language  6 at ms  7 seats  8 wait-list  9 sealed link  10 '1' if the link is another
--      11 ms at which all of it ends  12 ms of the next morning
-- Result: {ok} | {exists} | {not-found} | {moved} (called off, or begun) | {too-few} (more people than seats)
-- Invariants: nobody loses a seat by it; more seats go to the wait-list in order; another time or link is told to everybody.
local id, mode, morning = ARGV[2], ARGV[3], tonumber(ARGV[12])
local g = group(id)
if g and mode == 'new' then return {'exists'} end
if not g and mode == 'put' then return {'not-found'} end
if g and (g.state ~= 'on' or g.at <= now) then return {'moved'} end
if tonumber(ARGV[7]) < call('ZCARD', gin(id)) then return {'too-few'} end
local other = g and (g.at ~= tonumber(ARGV[6]) or ARGV[10] == '1')
call('HSET', gk(id), 'topic', ARGV[4], 'lang', ARGV[5], 'at', ARGV[6], 'seats', ARGV[7], 'waits', ARGV[8], 'link', ARGV[9], 'gone', ARGV[11], 'state', 'on')
g = group(id)
call('ZREMRANGEBYSCORE', P .. 'groups', '-inf', int(now - 864000000)) -- long over: their keys have ended
call('ZADD', P .. 'groups', int(g.at), id)
for _, key in ipairs({gk(id), gin(id), gwait(id)}) do ending(g, key) end
for _, key in ipairs({gin(id), gwait(id)}) do
  for _, who in ipairs(call('ZRANGE', key, 0, -1)) do
    ending(g, gsk(id, who))
    if other then tell(g, who, 'moved') end
    if other and key == gin(id) then remind(g, who) end
  end
end
promote(g, morning)
return {'ok'}
