-- pickup: a patient who was called back pressed 1.
-- KEYS 1 era
-- ARGV 2 case  3 epoch  4 leg
-- Result: {ok} | {stale}
-- Invariants: only while the counselor of this epoch waits; the leg is the case's from now on.
local c = read(ARGV[2])
if not c then return {'stale'} end
if c.leg == ARGV[4] then return {'ok'} end
if c.epoch ~= tonumber(ARGV[3]) or c.state ~= 'connecting' or (c.leg or '') ~= '' then return {'stale'} end
set(c, 'leg', ARGV[4], 'dialleg', ARGV[4])
bind(ARGV[4], c)
return {'ok'}
