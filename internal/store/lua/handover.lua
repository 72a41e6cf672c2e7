-- handover: the talk changes hands: confirmed by a person, or because the owner's line is gone and somebody is there.
-- KEYS 1 era
-- ARGV 2 case  3 epoch  4 the guest, '' where the line is lost  5 who confirms  6 ms until who is on the way must have come
-- Result: {ok, n or ''} | {stale}
-- Invariants: live stays live; only to somebody else than the owner whose line is lost; one owner; the room stays; whoever
--   owned it is free only when they have left the room; a patient whom nobody is with holds until the new owner has come.
local c = read(ARGV[2])
if not c or c.epoch ~= tonumber(ARGV[3]) or c.state ~= 'live' or not can('live', 'live') then return {'stale'} end
local n, lost = tonumber(ARGV[4]), ARGV[4] == ''
local who, leg, there, oncall
if not lost then
  if not n or not on(c, n) or g(c, n, 'kind') ~= 'handover' or g(c, n, 'state') ~= 'in' then return {'stale'} end
elseif (c.in_o or '') ~= '' and c.in_o ~= c.cleg then
  oncall = true
else
  for i = 1, gcount(c) do
    local kind, st = g(c, i, 'kind'), g(c, i, 'state')
    local fits = kind == 'handover' and (st == 'in' or st == 'coming' and g(c, i, 'joined') == '') or (kind == 'join' or kind == 'stays') and st == 'in'
    if fits and g(c, i, 'leg') ~= c.cleg and not (n and g(c, n, 'state') == 'in') then n = i end
  end
  if not n then return {'stale'} end
end
local old, oldleg, oldin = c.owner, c.cleg or '', c.in_c or ''
if oncall then who, leg, there = c.owho or 'oncall:1', c.in_o, true
else who, leg, there = g(c, n, 'who'), g(c, n, 'leg'), g(c, n, 'state') == 'in' end
drop('star:' .. c.id .. ':' .. c.epoch)
drop('held:' .. c.id .. ':' .. c.epoch)
drop('join:' .. c.id .. ':' .. c.epoch)
drop('park:' .. c.id .. ':' .. c.epoch)
c.epoch = c.epoch + 1
set(c, 'epoch', c.epoch, 'owner', who, 'cleg', leg, 'in_c', there and leg or '', 'talk', who, 'away', '', 'aways', '', 'hold', '')
if oncall then set(c, 'in_o', '', 'oleg', '')
else
  gset(c, n, 'state', 'owns', 'confirmed', int(now), 'conf_by', ARGV[5])
  drop('late:' .. c.id .. ':' .. int(n))
end
if lost or oldin == '' then unbusy(c, old)
else
  local m = gcount(c) + 1
  set(c, 'gn', int(m))
  gset(c, m, 'kind', 'stays', 'who', old, 'by', old, 'leg', oldleg, 'state', 'in', 'asked', int(now), 'joined', int(now))
end
if not there then -- on the way: the patient hears words until they are there
  set(c, 'away', 'new')
  job('star:' .. c.id .. ':' .. c.epoch, now + ARGV[6], 'star', c, 'leg', leg, 'menu', 'new')
end
if parked(c) then
  if (c.leg or '') ~= '' then
    set(c, 'outs', int((tonumber(c.outs or '') or 0) + 1))
    job('park:' .. c.id .. ':' .. c.epoch, now, 'park', c)
  end
elseif (c.in_p or '') == '' and (c.leg or '') ~= '' then job('join:' .. c.id .. ':' .. c.epoch, now, 'join', c) end -- who held
if not oncall then tell(c, leg, 'yours') end
emit('case', c, 'handed-over', old)
return {'ok', n and int(n) or ''}
