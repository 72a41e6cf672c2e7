-- handover: the owner's line is gone and a person on call is in the room: they own it from here.
-- KEYS 1 era
-- ARGV 2 case  3 epoch
-- Result: {ok} | {stale}
-- Invariants: live stays live; only to somebody else than the owner whose line is lost; one owner; the room stays.
local c = read(ARGV[2])
if not c or c.epoch ~= tonumber(ARGV[3]) or c.state ~= 'live' or (c.in_o or '') == '' or c.in_o == c.cleg or not can('live', 'live') then return {'stale'} end
free(c)
c.epoch = c.epoch + 1
set(c, 'epoch', c.epoch, 'owner', c.owho or 'oncall:1', 'cleg', c.in_o, 'in_c', c.in_o, 'in_o', '', 'talk', c.owho or 'oncall:1', 'oleg', '', 'away', '', 'aways', '')
if (c.in_p or '') == '' and (c.leg or '') ~= '' then job('join:' .. c.id .. ':' .. c.epoch, now, 'join', c) end -- who held for the menu
emit('case', c, 'handed-over', c.owner)
return {'ok'}
