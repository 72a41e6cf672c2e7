-- take: hands out jobs that are due. A job that is not done within `hidden` ms is handed out again.
-- KEYS 1 era
-- ARGV 2 most  3 hidden ms
-- Result: {ok, now, id, field count, field, value, …, id, …}
-- Invariants: one instance at a time for each job; bounded by `most`.
local out = {'ok', int(now)}
for _, id in ipairs(call('ZRANGEBYSCORE', P .. 'outbox', '-inf', int(now), 'LIMIT', 0, ARGV[2])) do
  local jk = P .. 'job:' .. id
  if call('EXISTS', jk) == 0 then
    call('ZREM', P .. 'outbox', id)
  else
    call('ZADD', P .. 'outbox', int(now + ARGV[3]), id)
    call('HINCRBY', jk, 'tries', 1)
    local first = call('HGET', jk, 'first')
    if not first then call('HSET', jk, 'first', int(now)) end
    local f = call('HGETALL', jk)
    out[#out + 1] = id
    out[#out + 1] = #f
    for i = 1, #f do out[#out + 1] = f[i] end
  end
end
return out
