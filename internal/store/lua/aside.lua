-- aside: the owner steps out of the room to the menu behind the star, or goes back into it.
-- KEYS 1 era
-- ARGV 2 case  3 epoch  4 the owner's leg  5 turn of the leg at which the menu opened  6 'out'|'back'  7 ms until an owner who stays away is lost
-- Result: {ok} | {stale, state}
-- Invariants: the state and the owner stay; a patient who would be alone holds from the same step on, and is led back in the step that closes the menu;
--   a menu closes once.
local id = ARGV[2]
local c = read(id)
if not c then return {'stale', 'closed'} end
if c.epoch ~= tonumber(ARGV[3]) or c.state ~= 'live' or c.cleg ~= ARGV[4] then return {'stale', c.state} end
local own, was = id .. ':' .. c.epoch, parked(c)
if ARGV[6] == 'out' then
  if c.away == ARGV[5] then return {'ok'} end
  if tonumber(ARGV[5]) <= (tonumber(c.aways or '') or 0) then return {'stale', c.state} end
  set(c, 'away', ARGV[5], 'aways', ARGV[5], 'in_c', '')
  job('star:' .. own, now + ARGV[7], 'star', c, 'leg', ARGV[4], 'menu', ARGV[5])
else
  if c.away ~= ARGV[5] then return {'stale', c.state} end
  set(c, 'away', '')
  drop('star:' .. own)
end
lead(c, was)
return {'ok'}
