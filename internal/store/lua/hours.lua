-- hours: the hours in which somebody may be called are over; the next ones begin.
-- KEYS 1 era
-- ARGV 2 case  3 till as it was  4 from  5 till or ''
-- Result: {ok} | {stale}
-- Invariants: only what the end of those very hours asked for; the next attempt is not before they begin, and never earlier than it was.
local c = read(ARGV[2])
if not c or c.state == 'closed' or (c.cb ~= '1' and c.dial ~= '1') or c.till ~= ARGV[3] then return {'stale'} end
set(c, 'cb_from', ARGV[4], 'till', ARGV[5], 'next', int(math.max(tonumber(ARGV[4]), tonumber(c.next or '0'))))
if ARGV[5] ~= '' then job('hours:' .. c.id, tonumber(ARGV[5]), 'hours', c) end
emit('queue', c, 'hours')
return {'ok'}
