-- sound: the sound of a message is here, or cannot be had.
-- KEYS 1 era
-- ARGV 2 case  3 Twilio's id  4 the sound, sealed, or '' for none  5 its lifetime ms
-- Result: {ok} | {gone}
-- Invariants: kept once, for the recording that the case waits with; what is kept, or that nobody waits for, is deleted at Twilio.
local id, sid = ARGV[2], ARGV[3]
local c = read(id)
if not c or c.state == 'closed' or c.tape_sid ~= sid or (c.tape or '') == '' then
  erase(c or {id = id, epoch = 0}, sid)
  return {'gone'}
end
if c.tape == 'ready' then return {'ok'} end
if ARGV[4] == '' then
  set(c, 'tape', 'lost')
else
  call('SET', P .. 'vm:' .. id, ARGV[4], 'PX', ARGV[5])
  set(c, 'tape', 'ready')
  erase(c, sid)
end
emit('case', c, 'voicemail')
return {'ok'}
