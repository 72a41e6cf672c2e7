-- room: somebody joined or left the room of a case, or Twilio named it.
-- KEYS 1 era
-- ARGV 2 case  3 room  4 ConferenceSid  5 join|leave|end  6 label (patient, counselor, oncall-n)  7 leg  8 'completed' if the leg is over
--      9 day  10 target ms  11 retention ms  12 sequence
-- Result: {ok, state} | {left, state, field, epoch} | {guest, n, joined|over} | {star} (ask again in a second: the leg may have pressed star) | {stale}
-- Invariants: whoever is alone while the owner is in the menu holds, and is led back when somebody else comes; only the case's own room; each leg's events once and in their order; connecting becomes live when both are in.
-- a guest came into the room, stepped out of it for the moment, or is over
local function visited(c, n, what, over)
  local was, kind = parked(c), g(c, n, 'kind')
  if what == 'leave' and not over then
    if g(c, n, 'state') == 'in' then gset(c, n, 'state', 'coming') end
    lead(c, was)
    return {'ok', c.state}
  end
  if what == 'leave' then return {'guest', int(n), 'over'} end
  if what ~= 'join' then return {'ok', c.state} end
  local first = g(c, n, 'joined') == ''
  gset(c, n, 'state', 'in')
  drop('late:' .. c.id .. ':' .. int(n))
  lead(c, was)
  if not first then return {'ok', c.state} end
  gset(c, n, 'joined', int(now))
  if kind == 'interpreter' then tell(c, c.leg, 'interpreter')
  elseif kind == 'listen' or kind == 'join' then
    tell(c, c.cleg, kind)
    call('HDEL', P .. 'alerts', 'supervisor:' .. c.id) -- somebody has come
  end
  if (kind == 'join' or kind == 'handover') and (c.in_p or '') ~= '' then attended(c) end
  emit('case', c, 'guest-in')
  return {'guest', int(n), 'joined'}
end

local id = ARGV[2]
local c = read(id)
if not c or ARGV[3] == '' or (c.room or '') ~= ARGV[3] then return {'stale'} end
local leg, was = ARGV[7], parked(c)
local guest = leg ~= c.cleg and guestOn(c, leg)
local field = ARGV[6] == 'patient' and 'in_p' or (leg == c.cleg or ARGV[6] == 'counselor') and 'in_c' or 'in_o'
if not guest and string.sub(ARGV[6], 1, 6) == 'guest-' and leg ~= c.cleg then return {'stale'} end
if ARGV[12] ~= '' then -- callbacks come twice, and late: a join after its own leave is no join
  local sk = P .. 'seq:' .. ARGV[3] .. ':' .. ARGV[4] .. ':' .. ARGV[7]
  if tonumber(ARGV[12]) <= tonumber(call('GET', sk) or '-1') then return {'stale'} end
  call('SET', sk, ARGV[12], 'PX', 14400000)
end
if not guest and ARGV[5] == 'leave' and c[field] ~= ARGV[7] then return {'stale'} end
if ARGV[4] ~= '' and c.conf ~= ARGV[4] then set(c, 'conf', ARGV[4]) end
if guest then return visited(c, guest, ARGV[5], ARGV[8] == 'completed') end
if ARGV[5] == 'join' then
  set(c, field, ARGV[7])
  if field == 'in_o' and (c.in_p or '') ~= '' then attended(c) end
  if field == 'in_c' and c.away == 'new' then -- who was on the way as the talk became theirs
    set(c, 'away', '')
    drop('star:' .. id .. ':' .. c.epoch)
  end
  lead(c, was)
  local staff = (c.in_c or '') ~= '' or (c.in_o or '') ~= ''
  if c.state == 'connecting' and (c.in_p or '') ~= '' and staff then
    drop('lease:' .. id .. ':' .. c.epoch)
    set(c, 'state', 'live', 'lease', '', 'live', int(now), 'talk', c.owner, 'dial', '')
    if c.cb == '1' then kept(c) elseif (c.till or '') ~= '' then set(c, 'cb_from', '', 'till', '') end
    if (c.tape or '') ~= '' then set(c, 'dial', '') end -- who left a message has been called back
    if (c.answered or '') == '' then
      set(c, 'answered', int(now))
      count(ARGV[9], 'answered')
      if now - c.enq <= tonumber(ARGV[10]) then count(ARGV[9], 'within') end
    end
    if (c.em_by or '') ~= c.owner then attended(c) end
    emit('case', c, 'live')
  end
  return {'ok', c.state}
end
if ARGV[5] ~= 'leave' then return {'ok', c.state} end
if ARGV[8] ~= 'completed' and field == 'in_c' and c.state == 'live' then
  job('star:' .. id .. ':' .. c.epoch, now + 1000, 'star', c, 'leg', ARGV[7])
  return {'star'}
end
set(c, field, '')
lead(c, was)
return {'left', c.state, field, c.epoch}
