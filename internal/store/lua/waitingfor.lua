-- waitingfor: how many calls wait that a counselor may take, by band.
-- KEYS 1 era
-- ARGV 2 counselor  3 blind index of their own phone or ''  4 most threads  5 '1' to keep one counselor back  6.. buckets
-- Result: {ok, emergency, urgent, soon, routine}
-- Invariants: reads only; at most 200 of a bucket; what a claim would refuse is not counted.
local n, seen, me = {0, 0, 0, 0}, {}, counselor(ARGV[2], ARGV[3], ARGV[4], ARGV[5])
for i = 6, #ARGV do
  for _, id in ipairs(call('ZRANGE', P .. ARGV[i], 0, 199)) do
    local why = not seen[id] and may(me, id)
    seen[id] = true
    if why == 'yes' or why == 'tired' then
      local band = tonumber(call('HGET', ck(id), 'band') or '3') + 1
      n[band] = n[band] + 1
    end
  end
end
return {'ok', n[1], n[2], n[3], n[4]}
