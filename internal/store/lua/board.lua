-- board: counselors by what they do now, open emergency records, counters of a day, the script that runs, alerts.
-- KEYS 1 era
-- ARGV 2 day
-- Result: {ok, name=value, …}
-- Invariants: reads only; each counselor counted once.
local n = {available = 0, ringing = 0, live = 0, wrap_up = 0, ['break'] = 0, off = 0, by_phone = 0}
for _, id in ipairs(call('SMEMBERS', P .. 'cos')) do
  local co = call('HMGET', P .. 'co:' .. id, 'state', 'call', 'via')
  local what = co[1] or 'off'
  if (co[2] or '') ~= '' then
    local st = call('HGET', ck(co[2]), 'state') or ''
    if st == 'claimed' or st == 'connecting' then what = 'ringing' elseif st == 'live' or st == 'wrap_up' then what = st end
  elseif what == 'available' and call('SCARD', P .. 'cot:' .. id) > 0 then
    what = 'live'
  end
  n[what] = (n[what] or 0) + 1
  if (co[1] or 'off') ~= 'off' and co[3] == 'phone' then n.by_phone = n.by_phone + 1 end
end
local out = {'ok'}
for k, v in pairs(n) do out[#out + 1] = k .. '=' .. v end
for _, id in ipairs(call('ZRANGE', P .. 'alarms', 0, 199)) do out[#out + 1] = 'alarm=' .. id end
local d = call('HGETALL', P .. 'd:' .. ARGV[2])
for i = 1, #d, 2 do out[#out + 1] = d[i] .. '=' .. d[i + 1] end
local s = call('HMGET', P .. 'script', 'running', 'since')
out[#out + 1] = 'script=' .. (s[1] or '')
out[#out + 1] = 'script_since=' .. (s[2] or '')
local a = call('HGETALL', P .. 'alerts')
for i = 1, #a, 2 do out[#out + 1] = 'alert=' .. a[i] .. ' ' .. a[i + 1] end
local legs = 0
for _, id in ipairs(call('ZRANGEBYSCORE', P .. 'legs', int(now), '+inf')) do
  if string.sub(id, 1, 4) ~= 'job:' then legs = legs + 1 end
end
out[#out + 1] = 'legs=' .. legs
local waiting, since = 0, now
for rank = 0, 3 do
  local from, till = int(rank * AFTER), int(rank * AFTER + now)
  waiting = waiting + call('ZCOUNT', P .. 'dials', from, till)
  local first = call('ZRANGEBYSCORE', P .. 'dials', from, till, 'WITHSCORES', 'LIMIT', 0, 1)
  if first[2] then since = math.min(since, tonumber(first[2]) - rank * AFTER) end
end
out[#out + 1] = 'calls=' .. waiting
if waiting > 0 then out[#out + 1] = 'calls_since=' .. int(since) end
return out
