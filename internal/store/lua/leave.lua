-- leave: the caller's line is over.
-- KEYS 1 era
-- ARGV 2 case  3 leg  4 retention ms  5 day  6 short abandon ms  7.. about the attempt to call, as promise's `failed` wants it; nothing: not known
-- Result: {ok, state} | {stale, state} | {attempt}: nothing is changed, say what comes of an attempt that failed
-- Invariants: counted once; a claim is let go and its counselor told; after a talk the case goes to the wrap-up of whoever talked;
--   an emergency record stays open; a promised call is kept, whoever hangs up; a case that went on by text does not end with the call;
--   whose call ended before a counselor ended it keeps the place, the band and the counselor for a quarter of an hour, but no
--   emergency.
local id = ARGV[2]
local c = read(id)
if not c then return {'stale', 'closed'} end
if c.leg ~= ARGV[3] then return {'stale', c.state} end
local called = c.state == 'connecting' and c.dialleg == ARGV[3] and (c.cb == '1' or (c.tape or '') ~= '') -- took the call, and hung up
if called and not ARGV[7] then return {'attempt'} end
set(c, 'leg', '')
if c.channel == 'sms' then return {'ok', c.state} end -- it goes on by text
local waits = c.state == 'triage' or c.state == 'waiting'
if waits and (c.tape == 'fetching' or c.tape == 'ready' or c.tape == 'lost') and c.dial == '1' then return {'ok', c.state} end
if c.tape == 'recorded' and (waits or c.state == 'claimed') then -- who hangs up instead of pressing 1 has left it all the same
  message(c)
  return {'ok', c.state}
end
if c.tape == 'recording' and (waits or c.state == 'claimed') then -- what became of it is told in a moment
  if c.state == 'claimed' then set(c, 'dial', '1') end
  job('tape:' .. id, now + 20000, 'tape', c, 'turn', c.tape_t, 'leg', c.tape_leg)
  return {'ok', c.state}
end
local function told(leg, why) if (leg or '') ~= '' then job('hang:' .. leg, now, 'hang', c, 'leg', leg, 'why', why) end end
if c.state == 'triage' then
  call('ZREM', P .. 'triage', id)
  if c.em_open then set(c, 'enq', int(now)) end
  close(c, ARGV[4], 'abandoned')
elseif c.state == 'waiting' then
  if (c.talk or '') ~= '' and (c.answered or '') ~= '' and not string.find(c.talk, '^oncall') and (call('HGET', P .. 'co:' .. c.talk, 'call') or '') == '' then
    exit(c)
    cut(c, c.talk)
    c.owner = c.talk
    set(c, 'state', 'wrap_up', 'owner', c.talk, 'epoch', c.epoch + 1)
    c.epoch = c.epoch + 1
    call('HSET', P .. 'co:' .. c.talk, 'call', id)
    job('wrapup:' .. id .. ':' .. c.epoch, now + 900000, 'wrapup', c)
    emit('queue', c, 'left-after-talk')
    return {'ok', 'wrap_up'}
  end
  if c.cb == '1' then -- a promise is kept, whoever hangs up
    set(c, 'state', 'promised')
    emit('queue', c, 'promised')
    return {'ok', 'promised'}
  end
  if (c.answered or '') == '' and now - c.enq > tonumber(ARGV[6]) then count(ARGV[5], 'abandoned') end
  cut(c, '')
  close(c, ARGV[4], 'abandoned')
elseif c.state == 'claimed' or c.state == 'connecting' then
  if c.dial == '1' and c.state == 'claimed' then
    if c.cb == '1' then set(c, 'from', 'promised') end
    return {'ok', c.state}
  end
  if c.cb == '1' or called then
    local to = c.cb == '1' and 'promised' or 'waiting' -- a message waits as it did
    told(c.cleg, 'left')
    told(c.in_o, 'left')
    free(c)
    if called and not failed(c, 'cb-left', {unpack(ARGV, 7)}, ARGV[4]) then
      drop('lease:' .. id .. ':' .. c.epoch)
      return {'ok', 'closed'}
    end
    if called and c.cb == '1' then plan(c, tonumber(ARGV[11])) end
    requeue(c, to)
    emit('queue', c, 'left')
    return {'ok', to}
  end
  drop('lease:' .. id .. ':' .. c.epoch)
  drop('ring:' .. id .. ':' .. c.epoch)
  told(c.cleg, 'left')
  for _, o in ipairs({c.in_o}) do told(o, 'left') end
  if (c.answered or '') == '' and now - c.enq > tonumber(ARGV[6]) then count(ARGV[5], 'abandoned') end
  cut(c, '')
  close(c, ARGV[4], 'abandoned')
elseif c.state == 'wrap_up' or c.state == 'closed' then
  part(c, 'left') -- 988 talked with them
elseif c.state == 'live' then
  part(c, 'left')
  told(c.cleg, 'left')
  told(c.in_o, 'left')
  if string.find(c.owner or '', '^oncall') then
    close(c, ARGV[4], 'escalated')
    set(c, 'disp', 'escalated')
  else
    cut(c, c.owner)
    set(c, 'state', 'wrap_up', 'cleg', '', 'away', '', 'hold', '')
    job('wrapup:' .. id .. ':' .. c.epoch, now + 900000, 'wrapup', c)
    emit('case', c, 'hung-up')
  end
end
return {'ok', c.state}
