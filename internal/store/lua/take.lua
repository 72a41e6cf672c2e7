-- take: hands out jobs that are due. A job that is not done within `hidden` ms is handed out again.
-- KEYS 1 era
-- ARGV 2 most  3 hidden ms  4 ms between two new calls, 0 for no limit  5 most legs at once, 0 for no limit  6 legs kept for emergencies
-- Result: {ok, now, id, field count, field, value, …, id, …}
-- Invariants: one instance at a time for each job; bounded by `most`; over all instances no more new calls in a time, and no more legs, than
--   the account may have; a page before every other call, and before every other job; whom nobody waits for any more is not called.
local out = {'ok', int(now)}
local most, every, cap, kept = tonumber(ARGV[2]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local LATE = 250 -- whoever looks a little late catches up
local n = 0
local function hand(id, set, score)
  local jk = P .. 'job:' .. id
  call('ZADD', P .. set, int(score + now + ARGV[3]), id)
  call('HINCRBY', jk, 'tries', 1)
  local first = call('HGET', jk, 'first')
  if not first then call('HSET', jk, 'first', int(now)) end
  local f = call('HGETALL', jk)
  out[#out + 1] = id
  out[#out + 1] = #f
  for i = 1, #f do out[#out + 1] = f[i] end
  n = n + 1
end

local next_call = tonumber(call('GET', P .. 'callpace') or '0')
local function idle(rank) -- may one more call be made
  if cap == 0 then return true end
  call('ZREMRANGEBYSCORE', P .. 'legs', '-inf', int(now))
  if call('ZCARD', P .. 'legs') < cap - (rank > 1 and kept or 0) then return true end
  if call('EXISTS', P .. 'job:legs') == 0 then job('legs', now + 2000, 'legs', {id = '', epoch = ''}) end -- are they all still up?
  return false
end
local function void(f)
  if f[1] ~= 'ring' and f[1] ~= 'dial' then return not f[1] end
  return call('HGET', ck(f[2]), 'epoch') ~= f[3]
end
local function calls(rank, room)
  for _, id in ipairs(call('ZRANGEBYSCORE', P .. 'dials', int(rank * AFTER), int(rank * AFTER + now), 'LIMIT', 0, 100)) do
    if void(call('HMGET', P .. 'job:' .. id, 'kind', 'case', 'epoch')) then
      drop(id)
    elseif n >= room or (every > 0 and next_call > now + LATE) or not idle(rank) then
      return
    else
      hand(id, 'dials', rank * AFTER)
      call('ZADD', P .. 'legs', int(now + ARGV[3]), 'job:' .. id)
      if every > 0 then
        next_call = math.max(next_call, now) + every
        call('SET', P .. 'callpace', int(next_call), 'PX', 60000)
      end
    end
  end
end

calls(0, most)
local half = n + math.ceil((most - n) / 2)
for rank = 1, 3 do calls(rank, half) end
for _, id in ipairs(call('ZRANGEBYSCORE', P .. 'outbox', '-inf', int(now), 'LIMIT', 0, most - n)) do
  if call('EXISTS', P .. 'job:' .. id) == 0 then call('ZREM', P .. 'outbox', id) else hand(id, 'outbox', 0) end
end
return out
