-- commit: one step of the script for a caller.
-- KEYS 1 era
-- ARGV 2 case  3 leg (CallSid, MessageSid)  4 key of the document (leg:turn, leg:name)  5 idempotency token or ''
--      6 turn before this one, -1 for a new case  7 document, '' for an await  8 its lifetime ms  9 session
--      10 state wanted or ''  11 band or ''  12 need  13 '1' to page  14 page again after ms
--      15 id of a text to send or ''  16 its sealed body  17 retention ms  18 day  19 ms until an open text question is given up or ''
--      20 channel  21 who index or ''  22 '' | 'text' the call goes on by text | 'text-stay' the same, the line stays open |
--      'voice' back to the phone  23 how many duties
--      24.. for each: id, kind, due ms, ms of its text or '', ms at which it is gone, number, answers, consent
--      then '1' if a promise of the person goes on in this case, ms before the told time at which somebody has to look,
--      ms for which who comes back is held for the counselor of before, then pairs for the case; one is no field: limits, for
--      a contact that begins (see admit.lua)
-- Result: {ok, state, why its caller is put in line only where it is urgent, or ''} | {replay, document} | {stale, turn, state} | {moved, state} | {await, word} | {refused, word}
-- Invariants: same token or same (leg, turn) gives the same bytes; turn grows by one, once, and only with a document;
--   in a bucket, in `line` and in `w:` iff waiting or promised; nothing lowers the band or the risk; the page is in the same step as the band;
--   a case that somebody holds is raised, never moved; it counts for the version of the script that it is on; another channel is
--   another bucket and the same place, and whoever is in danger keeps the line; who calls again after
--   a cut has the place and the band of before.
local id, leg = ARGV[2], ARGV[3]
local dk, tk = P .. 'doc:' .. ARGV[4], P .. 'idem:' .. ARGV[5]
local kept = given(dk, ARGV[5] ~= '' and tk)
if kept then return {'replay', kept} end
local before = tonumber(ARGV[6])
local c = read(id)
if before < 0 then
  local known = ARGV[20] == 'voice' and call('GET', P .. 'call:' .. leg)
  local last = ARGV[20] == 'sms' and ARGV[21] ~= '' and call('HGET', P .. 'who:' .. ARGV[21], 'sms')
  local open = last and (call('HGET', ck(last), 'state') or 'closed') ~= 'closed'
  if c or known or open then return {'stale', 0, (c or {}).state or ''} end
  c = {id = id, state = 'triage', band = 3, epoch = 0, turn = -1, channel = ARGV[20]}
  call('HSET', ck(id), 'state', 'triage', 'band', 3, 'epoch', 0, 'opened', int(now), 'channel', ARGV[20])
  call('ZADD', P .. 'triage', int(now), id)
  if ARGV[20] == 'voice' then bind(leg, c) end
elseif not c then
  return {'gone'}
end
if ARGV[7] == '' and c.aw_turn == ARGV[6] then return {'await', c.aw_word} end
if before >= 0 and c.turn ~= before then return {'stale', c.turn, c.state} end

local to = ARGV[22]
if to == 'text' or to == 'text-stay' then
  local stays = c.channel == 'voice' and (c.state == 'triage' or c.state == 'waiting') and (c.band == 0) == (to == 'text-stay')
  if not stays then return {'moved', c.state} end
  local why = untextable(c)
  if why then return {'refused', why} end
elseif to == 'voice' and (c.channel ~= 'sms' or (c.state ~= 'triage' and c.state ~= 'waiting')) then
  return {'moved', c.state}
end

local want, band = ARGV[10], tonumber(ARGV[11])
if want == 'promised' and c.channel ~= 'voice' and to ~= 'voice' then return {'moved', c.state} end -- a thread keeps its place by itself
local held = c.state == 'claimed' or c.state == 'connecting' or c.state == 'live' or c.state == 'wrap_up'
if want ~= '' and c.state ~= want and (held or not can(c.state, want)) then
  if want ~= 'waiting' or not (held or c.state == 'promised') then return {'moved', c.state} end
  want = '' -- the band may still go up where the case stands
end
local fields, was, tape_was, limits, shut, wished = {}, c.ver, c.tape_sid or '', nil, '', c.wish or ''
local calls_at = 24 + 8 * tonumber(ARGV[23])
local pairs_at = calls_at + 3
for i = pairs_at, #ARGV, 2 do
  local k, v = ARGV[i], ARGV[i + 1]
  local older = k == 'enq' and (c.enq or '') ~= '' or k == 'risk' and tonumber(v) <= tonumber(c.risk or '0')
  if k == 'limits' then
    limits = v
  elseif not older then
    c[k] = v
    fields[#fields + 1] = k
    fields[#fields + 1] = v
  end
end
if #fields > 0 then call('HSET', ck(id), unpack(fields)) end
if before < 0 and limits then shut = admit(c, limits) end
if c.ver ~= was then onto(c, was) end
if tape_was ~= '' and tape_was ~= c.tape_sid then erase(c, tape_was) end
if c.tape == 'recording' then -- told of it by nobody, we ask
  job('tape:' .. id, now + 180000, 'tape', c, 'turn', c.tape_t, 'leg', c.tape_leg)
end
if to ~= '' then
  local last = channel(c, to == 'voice' and 'voice' or 'sms', ARGV[17])
  set(c, 'beside', to == 'text-stay' and '1' or '')
  local thread = to ~= 'voice' and last and last ~= id and read(last)
  if thread and thread.state == 'triage' then -- texts of this phone are for this case from here on
    call('ZREM', P .. 'triage', last)
    close(thread, ARGV[17], 'continued')
  end
  if to ~= 'voice' and (c.tape == 'recording' or c.tape == 'recorded') then -- begun and not left: writing took its place
    if (c.tape_sid or '') ~= '' then erase(c, c.tape_sid) end
    set(c, 'tape', '', 'tape_sid', '')
  end
end
if ARGV[21] ~= '' and (before < 0 or want ~= '') then
  call('HSET', P .. 'who:' .. ARGV[21], ARGV[20], id)
  if call('HGET', P .. 'who:' .. ARGV[21], 'optout') ~= '1' then call('PEXPIRE', P .. 'who:' .. ARGV[21], ARGV[17]) end -- STOP is never forgotten
end

local raised = band and band < c.band
if raised or (c.wish or '') ~= wished then
  local placed = c.state == 'waiting' or c.state == 'promised'
  if placed then exit(c) end
  if raised then
    c.band = band
    set(c, 'band', band)
  end
  if placed then enter(c) emit('queue', c, raised and 'raised' or 'wish') end
end
if want == 'waiting' and c.state ~= 'waiting' then
  if c.channel == 'voice' and (c.enq or '') == '' and (c.who or '') ~= '' then again(c, tonumber(ARGV[calls_at + 2])) end
  if not c.enq or c.enq == '' then set(c, 'enq', int(now)) end
  if ARGV[12] ~= '' then set(c, 'needs', ARGV[12]) end
  call('ZREM', P .. 'triage', id)
  if ARGV[calls_at] == '1' and c.channel == 'voice' then
    succeed(c, ARGV[17])
    if c.cb == '1' then keep(c, tonumber(ARGV[calls_at + 1])) end
  end
  set(c, 'state', 'waiting')
  enter(c)
  look(c)
  emit('queue', c, 'enqueued')
elseif want == 'promised' and c.state ~= 'promised' then
  if not c.enq or c.enq == '' then set(c, 'enq', int(now)) end
  call('ZREM', P .. 'triage', id)
  if c.state == 'waiting' then exit(c) end
  if to == 'voice' then set(c, 'leg', '') end -- the call had its goodbye: a leg that ends late ends nothing
  if ARGV[12] ~= '' and (c.needs or '') == '' then set(c, 'needs', ARGV[12]) end
  set(c, 'state', 'promised', 'dial', '1', 'cb', '1', 'cb_at', int(now), 'attempts', c.attempts or '0')
  succeed(c, ARGV[17])
  keep(c, tonumber(ARGV[calls_at + 1]))
  enter(c)
  look(c)
  emit('queue', c, 'promised')
elseif want == 'closed' and c.state ~= 'closed' then
  call('ZREM', P .. 'triage', id)
  close(c, ARGV[17], 'served')
end
if ARGV[12] == 'voicemail' and c.tape == 'recorded' and c.state ~= 'connecting' and c.state ~= 'live' then message(c) end
if ARGV[13] == '1' then alarm(c, '', tonumber(ARGV[14])) end
if ARGV[15] ~= '' then
  call('HSET', P .. 'm:' .. ARGV[15], 'case', id, 'dir', 'out', 'at', int(now), 'state', 'queued', 'body', ARGV[16])
  call('PEXPIRE', P .. 'm:' .. ARGV[15], ARGV[17])
  call('RPUSH', P .. 'txt:' .. id, ARGV[15])
  job('text:' .. ARGV[15], now, 'text', c, 'msg', ARGV[15])
  if to ~= '' then set(c, 'first', ARGV[15]) end
end

for i = 24, calls_at - 1, 8 do owe(c, ARGV[21] ~= '' and ARGV[21] or c.who or '', unpack(ARGV, i, i + 7)) end

if ARGV[9] ~= '' then call('SET', P .. 'ses:' .. id, ARGV[9]) end
if c.state == 'closed' then -- what came after the close goes with it
  call('PEXPIRE', P .. 'ses:' .. id, ARGV[17])
  call('PEXPIRE', P .. 'txt:' .. id, ARGV[17])
  job('retire:' .. id, now, 'retire', c)
end
if ARGV[7] == '' then
  set(c, 'aw_turn', ARGV[6], 'aw_word', c.state)
  return {'await', c.state}
end
call('SET', dk, ARGV[7], 'PX', ARGV[8])
if ARGV[5] ~= '' then call('SET', tk, dk, 'PX', ARGV[8]) end
call('HSET', ck(id), 'turn', c.turn + 1)
if ARGV[19] ~= '' then job('quiet:' .. id, now + ARGV[19], 'quiet', c, 'turn', c.turn + 1) end
return {'ok', c.state, shut}
