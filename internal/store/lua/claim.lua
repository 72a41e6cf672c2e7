-- claim: one counselor takes one case, the named one or the best of the buckets that they may serve.
-- KEYS 1 era
-- ARGV 2 counselor  3 token  4 case or ''  5 lease ms  6 token ms  7 most threads  8 day  9 target ms
--      10 blind index of the counselor's own phone or ''  11 leg on which the counselor is already, or ''
--      12 lease ms once connecting  13 the same with a dial-back  14.. buckets
-- Result: {ok, case} | {taken} | {nobody} | {not-available} | {at-limit} | {not-qualified} | {caller-left} | {not-found} | {moved} (not within the hours in which they may be called)
-- Invariants: at most one owner; at most one live call a counselor; epoch only grows; the same token gets the same case;
--   lowest score that is not excluded; the ring, or the way of who called in into the room, is written in the same step.
local by, tk, named = ARGV[2], P .. 'tok:' .. ARGV[2] .. ':' .. ARGV[3], ARGV[4]
local first = call('GET', tk)
if first then return {'ok', first} end
local co = P .. 'co:' .. by
local me = call('HMGET', co, 'state', 'call', 'channels')
if me[1] ~= 'available' then return {'not-available'} end
local function serves(ch) return string.find(me[3] or 'voice,sms', ch, 1, true) ~= nil end
local free_for = {voice = (me[2] or '') == '', sms = call('SCARD', P .. 'cot:' .. by) < tonumber(ARGV[7])}
local room = {voice = free_for.voice and serves('voice'), sms = free_for.sms and serves('sms')}
local ex = P .. 'ex:' .. by
local function excluded(id)
  local till = tonumber(call('ZSCORE', ex, id) or '0')
  return till > now and (till > 9e14 and 'conflict' or 'tired') or nil
end
-- may the case be given out now: nobody gets their own call; whoever is on the line is there; whoever is to be called,
-- within their hours and not before the next attempt
local function due(id)
  local f = call('HMGET', ck(id), 'leg', 'next', 'till', 'cb_from', 'who', 'cb_who')
  if ARGV[10] ~= '' and (f[5] == ARGV[10] or f[6] == ARGV[10]) then return 'own' end
  if (f[1] or '') ~= '' then return 'yes' end
  if tonumber(f[4] or '') and tonumber(f[4]) > now or tonumber(f[3] or '') and now >= tonumber(f[3]) then return 'shut' end
  return tonumber(f[2] or '') and tonumber(f[2]) > now and 'later' or 'yes'
end

local pick = named
if named == '' then
  if not room.voice and not room.sms then return {'at-limit'} end
  local full = false -- somebody waits whom only the limit keeps from this counselor
  local best, low, spare, spare_low
  for i = 14, #ARGV do
    local ch = string.match(ARGV[i], '^q:(%a+):')
    if serves(ch) and not free_for[ch] and call('ZCARD', P .. ARGV[i]) > 0 then full = true end
    if room[ch] then
      for page = 0, 19 do
        local m = call('ZRANGE', P .. ARGV[i], page * 50, page * 50 + 49, 'WITHSCORES')
        local stop = #m < 100
        for j = 1, #m, 2 do
          local sc = tonumber(m[j + 1])
          if low and sc >= low then stop = true break end
          local why = excluded(m[j])
          if not why and due(m[j]) == 'yes' then best, low, stop = m[j], sc, true break end
          if why == 'tired' and (not spare_low or sc < spare_low) and due(m[j]) == 'yes' then spare, spare_low = m[j], sc end
        end
        if stop then break end
      end
    end
  end
  pick = best or spare
  if not pick then return {full and 'at-limit' or 'nobody'} end
end

local c = read(pick)
if not c then
  if named ~= '' then return {'not-found'} end
  for i = 14, #ARGV do call('ZREM', P .. ARGV[i], pick) end
  exit({id = pick})
  emit('queue', {id = pick}, 'repair', by)
  return {'repair'}
end
if c.state ~= 'waiting' and c.state ~= 'promised' then
  if named == '' then
    exit(c)
    emit('queue', c, 'repair')
    return {'repair'}
  end
  if c.state == 'closed' or c.state == 'wrap_up' then return {'caller-left'} end
  if c.state == 'triage' then return {'not-found'} end
  return {'taken'}
end
if excluded(pick) == 'conflict' then return {'not-qualified'} end
local at = due(pick)
if at == 'own' then return {'not-qualified'} end
if at == 'shut' and c.band > 1 then return {'moved'} end -- a person decides about danger only
if not serves(c.channel) then return {'not-qualified'} end
if not room[c.channel] then return {'at-limit'} end

exit(c)
c.epoch = c.epoch + 1
c.owner = by
if c.channel == 'voice' and ARGV[11] ~= '' then -- press 1 by who called in: no phone to ring
  local back = c.dial == '1' and (c.leg or '') == ''
  local till = now + (back and ARGV[13] or ARGV[12])
  set(c, 'from', c.state, 'state', 'connecting', 'epoch', c.epoch, 'owner', by, 'claimed', int(now), 'lease', int(till), 'cleg', ARGV[11],
    'room', pick .. '-' .. int(c.epoch), 'in_p', '', 'in_c', '', 'in_o', '', 'conf', '')
  call('HSET', co, 'call', pick, 'missed', 0)
  bind(ARGV[11], c)
  job('lease:' .. pick .. ':' .. c.epoch, till, 'lease', c)
  job((back and 'dial:' or 'join:') .. pick .. ':' .. c.epoch, now, back and 'dial' or 'join', c)
elseif c.channel == 'voice' then
  -- a message is heard before its caller is rung: the phone rings when it is over, and the lease is longer by that
  local hear = c.dial == '1' and (c.leg or '') == '' and (c.tape == 'ready' or c.tape == 'fetching') and tonumber(c.tape_s) * 1000 + 5000 or 0
  local till = now + ARGV[5] + hear
  set(c, 'state', 'claimed', 'epoch', c.epoch, 'owner', by, 'from', c.state, 'claimed', int(now), 'lease', int(till), 'cleg', '')
  call('HSET', co, 'call', pick)
  job('ring:' .. pick .. ':' .. c.epoch, now + hear, 'ring', c)
  job('lease:' .. pick .. ':' .. c.epoch, till, 'lease', c)
else
  set(c, 'state', 'live', 'epoch', c.epoch, 'owner', by, 'from', c.state, 'claimed', int(now), 'lease', '', 'replied', '', 'unanswered', c.unanswered or '')
  call('SADD', P .. 'cot:' .. by, pick)
  if (c.answered or '') == '' then
    set(c, 'answered', int(now))
    count(ARGV[8], 'answered')
    if now - c.enq <= tonumber(ARGV[9]) then count(ARGV[8], 'within') end
  end
  job('unanswered:' .. pick .. ':' .. c.epoch, now + 600000, 'unanswered', c)
end
call('SET', tk, pick, 'PX', ARGV[6])
emit('queue', c, 'claimed', by)
return {'ok', pick}
