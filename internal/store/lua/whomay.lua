-- whomay: who would be given what by a claim now, and what keeps each of the others from it.
-- KEYS 1 era
-- ARGV 2 most threads  3 '1' to keep one counselor back  4 cases, comma list  5.. for each counselor: id, blind index of
--      their own phone or '', buckets, comma list
-- Result: {ok, now, for each counselor: the best case or '', 'ok' or the word of the claim, for each case a word of `may`,
--      'not-available' or 'bucket' (not for them), comma list, the channels in which there is
--      room, then n and n parts of the presence}
-- Invariants: reads only; the answer is that of a claim in this moment.
local out, cases = {'ok', int(now)}, {}
for id in string.gmatch(ARGV[4], '[^,]+') do
  local f = call('HMGET', ck(id), 'bucket', 'star', 'state')
  cases[#cases + 1] = {id = id, bucket = f[1], star = f[2], state = f[3]}
end
for i = 5, #ARGV, 3 do
  local me, buckets, words = counselor(ARGV[i], ARGV[i + 1], ARGV[2], ARGV[3]), {}, {}
  for b in string.gmatch(ARGV[i + 2], '[^,]+') do buckets[#buckets + 1] = b end
  for j, c in ipairs(cases) do
    local queued = c.state == 'waiting' or c.state == 'promised'
    local said = queued and may(me, c.id) or 'gone'
    if said ~= 'conflict' and said ~= 'own' and said ~= 'gone' then
      if not listed(c, buckets) then said = 'bucket' end
      if me.state ~= 'available' then said = 'not-available' end
    end
    words[j] = said
  end
  local pick, why = nil, 'not-available'
  if me.state == 'available' then pick, why = best(me, buckets) end
  out[#out + 1] = pick or ''
  out[#out + 1] = pick and 'ok' or why
  out[#out + 1] = table.concat(words, ',')
  out[#out + 1] = (me.voice and serves(me, 'voice') and 'voice,' or '') .. (me.sms and serves(me, 'sms') and 'sms' or '')
  local p = call('HGETALL', P .. 'co:' .. me.id)
  out[#out + 1] = #p
  for _, v in ipairs(p) do out[#out + 1] = v end
end
return out
