-- claim: one counselor takes one case, the named one or the best of the buckets that they may serve.
-- KEYS 1 era
-- ARGV 2 counselor  3 token  4 case or ''  5 lease ms  6 token ms  7 most threads  8 day  9 target ms
--      10 blind index of the counselor's own phone or ''  11 leg on which the counselor is already, or ''
--      12 lease ms once connecting  13 the same with a dial-back  14 '1' to keep one counselor back  15.. buckets
-- Result: {ok, case} | {taken} | {nobody} | {not-available} | {at-limit} | {not-qualified} | {caller-left} | {not-found} | {moved} (not within the hours in which they may be called)
-- Invariants: at most one owner; at most one live call a counselor; epoch only grows; the same token gets the same case;
--   lowest score of those that may be given out (match.lua); nobody gets whom they must not; an emergency goes before a
--   wrap-up, which waits meanwhile; the ring, or the way of who called in into the room, is written in the same step.
local by, tk, named = ARGV[2], P .. 'tok:' .. ARGV[2] .. ':' .. ARGV[3], ARGV[4]
local first = call('GET', tk)
if first then return {'ok', first} end
local co, buckets = P .. 'co:' .. by, {}
for i = 15, #ARGV do buckets[#buckets + 1] = ARGV[i] end
local me = counselor(by, ARGV[10], ARGV[7], ARGV[14])
if me.state ~= 'available' then return {'not-available'} end

local pick, why = named, nil
if named == '' then
  pick, why = best(me, buckets)
  if not pick then return {why} end
end

local c = read(pick)
if not c then
  if named ~= '' then return {'not-found'} end
  for _, b in ipairs(buckets) do call('ZREM', P .. b, pick) end
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
if named ~= '' then -- a person decides: whom they gave back, whom another is given first, how many are kept back
  why = may(me, pick)
  if why == 'conflict' or why == 'own' or why == 'channel' then return {'not-qualified'} end
  if why == 'full' or why == 'wrap-up' then return {'at-limit'} end
  if why == 'shut' and c.band > 1 then return {'moved'} end -- about danger too
end

exit(c)
c.epoch = c.epoch + 1
c.owner = by
set(c, 'interp', speaks(c, buckets) and '' or '1', 'ret', '')
if c.channel == 'voice' and me.call ~= '' then call('HSET', co, 'wrap', me.call .. ',' .. (call('HGET', co, 'wrap') or '')) end
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
