-- waitingfor: how many calls wait that a counselor may take, by band.
-- KEYS 1 era
-- ARGV 2 counselor  3.. buckets
-- Result: {ok, emergency, urgent, soon, routine}
-- Invariants: reads only; at most 200 of a bucket.
local n, seen, ex = {0, 0, 0, 0}, {}, P .. 'ex:' .. ARGV[2]
for i = 3, #ARGV do
  for _, id in ipairs(call('ZRANGE', P .. ARGV[i], 0, 199)) do
    local c = not seen[id] and call('HMGET', ck(id), 'band', 'next', 'state')
    seen[id] = true
    local conflict = tonumber(call('ZSCORE', ex, id) or '0') > 9e14
    if c and (c[3] == 'waiting' or c[3] == 'promised') and tonumber(c[2] or '0') <= now and not conflict then
      local band = tonumber(c[1] or '3') + 1
      n[band] = n[band] + 1
    end
  end
end
return {'ok', n[1], n[2], n[3], n[4]}
