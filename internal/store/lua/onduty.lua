-- onduty: has somebody acknowledged to be on call, where the line must have that? Asked, given and taken back.
-- KEYS 1 era
-- ARGV 2 '' to look | 'on' | 'off'  3 who  4 until ms  5 so many ms before its end supervisors are told
-- Result: {ok, now, who or '', since ms or '', until ms or ''}; who is '' once it has lapsed
-- Invariants: the alerts of an end that is near and of a lapse are raised once each, and are over with the next acknowledgement.
local k = P .. 'onduty'
local function alert(kind, text)
  call('HSET', P .. 'alerts', kind, int(now) .. ' ' .. text)
  emit('alert', {}, kind)
end
if ARGV[2] == 'on' then
  call('DEL', k)
  call('HSET', k, 'by', ARGV[3], 'since', int(now), 'till', ARGV[4])
  if call('HDEL', P .. 'alerts', 'duty-ends', 'duty-lapsed') > 0 then emit('alert', {}, 'alert-over') end
  emit('case', {}, 'on-duty', ARGV[3])
elseif ARGV[2] == 'off' then
  call('DEL', k)
  emit('case', {}, 'off-duty', ARGV[3])
end
local d = call('HMGET', k, 'by', 'since', 'till', 'warned')
local left = (tonumber(d[3] or '') or 0) - now
if left <= 0 then
  if call('HEXISTS', k, 'lapsed') == 0 then
    call('HSET', k, 'lapsed', int(now), 'by', '', 'till', '')
    call('HDEL', P .. 'alerts', 'duty-ends')
    alert('duty-lapsed', 'Nobody has acknowledged to be on duty: new callers hear that the line is closed. What is urgent passes, and whoever waits is served.')
  end
  return {'ok', int(now), '', '', ''}
end
if left <= tonumber(ARGV[5]) and not d[4] then
  call('HSET', k, 'warned', int(now))
  alert('duty-ends', 'Duty ends soon: acknowledge it anew, or the line closes itself to new callers.')
end
return {'ok', int(now), d[1], d[2], d[3]}
