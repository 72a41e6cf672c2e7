-- hold: the owner puts the patient on hold, or takes them back.
-- KEYS 1 era
-- ARGV 2 case  3 epoch  4 'on'|'off'  5 ms until the owner is reminded
-- Result: {ok} | {stale}
-- Invariants: the state and the owner stay; the patient hears words from the same step on, and is led back in the step that ends it.
local c = read(ARGV[2])
if not c or c.epoch ~= tonumber(ARGV[3]) or c.state ~= 'live' or c.channel ~= 'voice' or (c.leg or '') == '' then return {'stale'} end
local was, on = parked(c), (c.hold or '') ~= ''
if (ARGV[4] == 'on') == on then return {'ok'} end
set(c, 'hold', ARGV[4] == 'on' and int(now) or '')
if ARGV[4] == 'on' then job('held:' .. c.id .. ':' .. c.epoch, now + ARGV[5], 'held', c)
else drop('held:' .. c.id .. ':' .. c.epoch) end
lead(c, was)
emit('case', c, ARGV[4] == 'on' and 'held' or 'taken-back')
return {'ok'}
