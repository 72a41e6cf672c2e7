-- dutyover: the time to answer a check-in is over.
-- KEYS 1 era
-- ARGV 2 duty
-- Result: {ok} | {not-found}
-- Invariants: a contact of the person since the text, by any channel, is the answer; otherwise a person has to act.
local d = duty(ARGV[2])
if not d then return {'not-found'} end
if d.state ~= 'sent' then return {'ok'} end
for _, channel in ipairs({'sms', 'voice'}) do
  local id = call('HGET', P .. 'who:' .. d.who, channel)
  local opened = id and call('HGET', ck(id), 'opened')
  if opened and tonumber(opened) > tonumber(d.sent) then
    settled(d, 'answered')
    return {'ok'}
  end
end
call('HSET', dutykey(d.id), 'state', 'open')
return {'ok'}
