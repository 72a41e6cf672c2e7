-- onphone: the call of a counselor as it stands, at a turn of the leg.
-- KEYS 1 era
-- ARGV 2 leg  3 turn that is asked for, '' for a move by name  4 key
-- Result: {ok|stale, field, value, …} | {not-found}
-- Invariants: of the keys of one turn the first counts; nothing else changes.
local k = P .. 'pc:' .. ARGV[2]
local flat = call('HGETALL', k)
if #flat == 0 then return {'not-found'} end
local h = {}
for i = 1, #flat, 2 do h[flat[i]] = flat[i + 1] end
local turn = tonumber(h.turn)
local word = (ARGV[3] == '' or tonumber(ARGV[3]) == turn + 1) and 'ok' or 'stale'
local key = ''
if word == 'ok' and ARGV[3] ~= '' and h.open == '1' then -- a PIN is kept nowhere
  call('HSETNX', k, 'k' .. ARGV[3], ARGV[4])
  call('HDEL', k, 'k' .. (turn - 1))
  key = call('HGET', k, 'k' .. ARGV[3])
end
local co = P .. 'co:' .. h.who
local me = call('HMGET', co, 'state', 'phone', 'call', 'told', 'ring_me', 'via', 'channels')
local out = {word, 'who', h.who, 'lang', h.lang, 'open', h.open or '', 'patient', h.patient or '', 'turn', h.turn, 'key', key,
  'over', (h.over == '1' or (h.open == '1' and (me[2] or '') ~= ARGV[2])) and '1' or '',
  'state', me[1] or '', 'told', me[4] or '', 'ring_me', me[5] or '', 'via', me[6] or '', 'channels', me[7] or 'voice,sms', 'held', me[3] or '',
  'stands', (me[3] or '') ~= '' and (call('HGET', ck(me[3]), 'state') or '') or ''}
return out
