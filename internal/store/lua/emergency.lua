-- emergency: a person acknowledges, confirms contact, or closes the record.
-- KEYS 1 era
-- ARGV 2 case  3 who  4 acknowledge|confirm|close|attend  5 sealed words or ''  6 retention ms
-- Result: {ok} | {not-open} | {unconfirmed} | {not-found}
-- Invariants: only a person closes it; closed needs a confirmed contact or words for the next step.
local c = read(ARGV[2])
if not c then return {'not-found'} end
if (c.em_open or '') == '' or (c.em_closed or '') ~= '' then return {'not-open'} end
local what = ARGV[4]
if what == 'acknowledge' then
  if (c.em_ack or '') == '' then set(c, 'em_ack', ARGV[3], 'em_ack_at', int(now)) end
elseif what == 'attend' then
  if (c.em_att or '') == '' then set(c, 'em_att', int(now)) end
elseif what == 'confirm' then
  set(c, 'em_conf', int(now))
else
  if (c.em_conf or '') == '' and ARGV[5] == '' then return {'unconfirmed'} end
  set(c, 'em_closed', int(now), 'em_words', ARGV[5])
  call('ZREM', P .. 'alarms', c.id)
  if c.state == 'closed' then
    call('PEXPIRE', ck(c.id), ARGV[6])
    job('retire:' .. c.id, now, 'retire', c)
  end
end
emit('alert', c, what, ARGV[3])
return {'ok'}
