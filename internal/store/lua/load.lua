-- load: a case with its session and place, or the document that was given already.
-- KEYS 1 era
-- ARGV 2 case or ''  3 CallSid or ''  4 who index or ''  5 channel  6 key of a document or ''  7 idempotency token or ''
-- Result: {doc, document} | {case, now, place, session, field, value, …} | {none, now, line}; line counts who stands in
--   line, by band, and is among the fields of a case that does not
-- Invariants: reads only.
local kept = given(ARGV[6] ~= '' and P .. 'doc:' .. ARGV[6], ARGV[7] ~= '' and P .. 'idem:' .. ARGV[7])
if kept then return {'doc', kept} end
local id = ARGV[2]
if id == '' and ARGV[3] ~= '' then id = call('GET', P .. 'call:' .. ARGV[3]) or '' end
if id == '' and ARGV[4] ~= '' then id = call('HGET', P .. 'who:' .. ARGV[4], ARGV[5]) or '' end
local function line()
  local n = {}
  for band = 0, 3 do n[#n + 1] = call('ZCARD', P .. 'w:' .. band) end
  return table.concat(n, ',')
end
local flat = id ~= '' and call('HGETALL', ck(id)) or {}
if #flat == 0 then return {'none', int(now), line()} end
local out = {'case', int(now), call('ZRANK', P .. 'line', id) or -1, call('GET', P .. 'ses:' .. id) or '', 'id', id}
for i = 1, #flat do out[#out + 1] = flat[i] end
if out[3] == -1 then
  out[#out + 1] = 'line'
  out[#out + 1] = line()
end
if ARGV[4] ~= '' then
  out[#out + 1] = 'optout'
  out[#out + 1] = call('HGET', P .. 'who:' .. ARGV[4], 'optout') or ''
end
return out
