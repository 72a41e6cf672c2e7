-- message: a text joins a thread: one of the caller's that is relayed or kept, or one of the counselor's that goes out.
-- KEYS 1 era
-- ARGV 2 case  3 message id  4 in|out  5 sealed body  6 retention ms  7 counselor or ''  8 token key or ''  9 document key or ''
--      10 document  11 its lifetime ms  12 '1' if the person opted out
-- Result: {ok, id, at} | {not-yours} | {opted-out} | {moved, state} | {not-found} | {replay, document}
-- Invariants: a person on call writes in every open state while the record is open, the owner in live; the same token gives the same message; a text of the caller is in the thread before its answer is given.
local id = ARGV[2]
if ARGV[9] ~= '' then
  local kept = call('GET', P .. 'doc:' .. ARGV[9])
  if kept then return {'replay', kept} end
end
local c = read(id)
if not c then return {'not-found'} end
local tk = ARGV[8] ~= '' and P .. 'tok:' .. ARGV[8]
local first = tk and call('GET', tk)
if first then return {'ok', first, call('HGET', P .. 'm:' .. first, 'at') or int(now)} end
local out = ARGV[4] == 'out'
if out then
  local duty = string.find(ARGV[7], '^oncall') and (c.em_open or '') ~= '' and (c.em_closed or '') == ''
  if c.owner ~= ARGV[7] and not duty then return {'not-yours'} end
  local may = c.state == 'live' or c.state == 'waiting' or (duty and c.state ~= 'closed')
  if c.channel ~= 'sms' or not may then return {'moved', c.state} end
  if (c.who or '') ~= '' and (call('HGET', P .. 'who:' .. c.who, 'optout') or '') == '1' then return {'opted-out'} end
end
local mk = P .. 'm:' .. ARGV[3]
call('HSET', mk, 'case', id, 'dir', ARGV[4], 'at', int(now), 'state', out and 'queued' or 'received', 'body', ARGV[5])
call('PEXPIRE', mk, ARGV[6])
call('RPUSH', P .. 'txt:' .. id, ARGV[3])
call('PEXPIRE', P .. 'txt:' .. id, ARGV[6])
if out then
  job('text:' .. ARGV[3], now, 'text', c, 'msg', ARGV[3])
  set(c, 'replied', int(now), 'unanswered', '')
  if (c.em_by or '') ~= ARGV[7] then attended(c) end
elseif c.state == 'live' and (c.unanswered or '') == '' then
  set(c, 'unanswered', int(now))
  job('unanswered:' .. id .. ':' .. c.epoch, now + 600000, 'unanswered', c)
end
if c.state == 'closed' then job('retire:' .. id, now, 'retire', c) end
if tk then call('SET', tk, ARGV[3], 'PX', 600000) end
if ARGV[9] ~= '' then call('SET', P .. 'doc:' .. ARGV[9], ARGV[10], 'PX', ARGV[11]) end
emit('case', c, out and 'wrote' or 'texted')
return {'ok', ARGV[3], int(now)}
