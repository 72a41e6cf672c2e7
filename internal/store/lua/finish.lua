-- finish: a talk ends: wrap-up (star, End), or the close with a disposition.
-- KEYS 1 era
-- ARGV 2 case  3 epoch or ''  4 owner or '' (sweep)  5 wrap_up|closed  6 disposition  7 retention ms  8 token key or ''  9 leg that hears the end by itself or ''
--      10 'lost' where the owner's line is gone  11 '1' if the patient hears nothing telling
-- Result: {ok, state} | {stale, state} | {unconfirmed} (988 is in the room, and nobody has said that they talk) | {not-yours} | {not-found}
-- Invariants: a patient who talks with 988 stays in the room with them; only from live and wrap_up; the patient's goodbye is written in the same step; the emergency record stays open.
local id = ARGV[2]
local c = read(id)
if not c then return {'not-found'} end
local tk = ARGV[8] ~= '' and P .. 'tok:' .. ARGV[8]
if tk and call('GET', tk) then return {'ok', c.state} end
if ARGV[4] ~= '' and c.owner ~= ARGV[4] then return {'not-yours'} end
if ARGV[3] ~= '' and c.epoch ~= tonumber(ARGV[3]) then return {'stale', c.state} end
if c.state ~= 'live' and c.state ~= 'wrap_up' then return {'stale', c.state} end
local to = ARGV[5]
if to == 'wrap_up' and string.find(c.owner or '', '^oncall') then to = 'closed' end
if to == c.state then return {'ok', to} end
if not can(c.state, to) then return {'stale', c.state} end
if c.state == 'live' then
  if c.channel == 'voice' then
    local with = lifeline(c)
    if ARGV[10] == 'lost' then
      if not with then return {'stale', c.state} end
      gset(c, with, 'keep', '1')
    elseif with and not lifeline(c, true) then return {'unconfirmed'} end
    set(c, 'hush', ARGV[11] or '')
    part(c, 'ended')
    if (c.leg or '') ~= '' and not with then job('bye:' .. id .. ':' .. c.epoch, now, 'bye', c) end
    if (c.cleg or '') ~= '' and c.cleg ~= ARGV[9] then job('hang:' .. c.cleg, now, 'hang', c, 'leg', c.cleg, 'why', 'ended') end
    if (c.in_o or '') ~= '' then job('hang:' .. c.in_o, now, 'hang', c, 'leg', c.in_o, 'why', 'ended') end
  elseif to == 'closed' and ARGV[4] ~= '' then
    job('textend:' .. id .. ':' .. c.epoch, now, 'textend', c)
  end
end
drop('star:' .. id .. ':' .. c.epoch)
drop('held:' .. id .. ':' .. c.epoch)
if to == 'wrap_up' then
  set(c, 'state', 'wrap_up', 'lease', '', 'away', '', 'hold', '')
  job('wrapup:' .. id .. ':' .. c.epoch, now + 900000, 'wrapup', c)
  emit('case', c, 'wrap-up')
else
  set(c, 'disp', ARGV[6])
  if ARGV[4] ~= '' then settled(c) end
  local busy = call('HGET', P .. 'co:' .. (c.owner or ''), 'call') ~= id -- with an emergency that interrupted this wrap-up
  close(c, ARGV[7], 'closed')
  if ARGV[4] == '' and c.owner and c.owner ~= '' and not busy then
    if call('HGET', P .. 'co:' .. c.owner, 'state') == 'available' then -- who went home stays off
      call('HSET', P .. 'co:' .. c.owner, 'state', 'break', 'told', 'wrap-up-over', 'since', int(now))
      emit('shift', c, 'wrap-up-over')
    end
  end
end
if tk then call('SET', tk, '1', 'PX', 600000) end
return {'ok', to}
