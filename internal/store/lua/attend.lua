-- attend: a person on call pressed 1 on the page.
-- KEYS 1 era
-- ARGV 2 case  3 who (oncall:n or staff id)  4 leg  5 room if a new one is made  6 lease ms  7 lease ms with a dial-back  8 token key
-- Result: {join, room} | {text} (acknowledged, the case is by text) | {handled} | {gone}
-- Invariants: waiting and claimed become theirs, connecting and live keep their owner and get a third; the page stops; one owner always.
local id, who, leg = ARGV[2], ARGV[3], ARGV[4]
local c = read(id)
if not c then return {'gone'} end
local tk = P .. 'tok:' .. ARGV[8]
local first = call('GET', tk)
if first then return {first, c.room or ''} end
if (c.em_open or '') == '' or (c.em_closed or '') ~= '' or c.state == 'closed' then return {'gone'} end
if c.state == 'triage' or (c.state == 'wrap_up' and c.channel == 'voice') then return {'gone'} end -- nobody to join
if (c.em_ack or '') == '' then set(c, 'em_ack', who, 'em_ack_at', int(now)) end
emit('alert', c, 'acknowledged', who)
if c.channel == 'sms' then
  call('SET', tk, 'text', 'PX', 600000)
  return {'text'}
end
bind(leg, c)
call('SET', tk, 'join', 'PX', 600000)
if c.state == 'connecting' or c.state == 'live' then
  set(c, 'oleg', leg, 'owho', who)
  return {'join', c.room}
end
if c.state == 'claimed' then
  local cleg = c.cleg or ''
  drop('lease:' .. id .. ':' .. c.epoch)
  drop('ring:' .. id .. ':' .. c.epoch)
  free(c)
  if cleg ~= '' then job('hang:' .. cleg, now, 'hang', c, 'leg', cleg, 'why', 'taken') end
else
  exit(c)
end
local back = (c.leg or '') == ''
c.epoch = c.epoch + 1
local till = now + (back and ARGV[7] or ARGV[6])
set(c, 'from', back and 'promised' or 'waiting', 'state', 'connecting', 'epoch', c.epoch, 'owner', who, 'cleg', leg, 'room', ARGV[5],
  'lease', int(till), 'in_p', '', 'in_c', '', 'in_o', '', 'conf', '', 'dial', (back or c.cb == '1') and '1' or '')
job('lease:' .. id .. ':' .. c.epoch, till, 'lease', c)
job((back and 'dial:' or 'join:') .. id .. ':' .. c.epoch, now, back and 'dial' or 'join', c)
emit('case', c, 'connecting', who)
return {'join', ARGV[5]}
