-- tape: what became of a recording, by Twilio's callback, by the caller's hang-up, or because we asked.
-- KEYS 1 era
-- ARGV 2 case  3 leg  4 turn of the recording  5 Twilio's id or ''  6 seconds, 0 for none  7 seconds that are too short to be a message
--      8 '1' if the sound is there  9 retention ms  10 day  11 short abandon ms
-- Result: {ok, state}
-- Invariants: a recording is taken up once, by its id; one that nobody waits for is deleted at Twilio; whoever hung up and
--   said nothing has left, and is counted once.
local id, sid, seconds = ARGV[2], ARGV[5], tonumber(ARGV[6])
local c = read(id)
if not c then
  if sid ~= '' and seconds > 0 then erase({id = id, epoch = 0}, sid) end
  return {'ok', 'closed'}
end
if sid ~= '' and c.tape_sid == sid then
  if ARGV[8] == '1' and c.tape_done ~= '1' then
    set(c, 'tape_done', '1')
    if c.tape == 'fetching' then fetch(c) end
    if c.state == 'closed' or (c.tape or '') == '' then erase(c, sid) end
  end
  return {'ok', c.state}
end
local talks = c.state == 'connecting' or c.state == 'live' or c.state == 'wrap_up' or c.state == 'closed'
local mine = c.tape == 'recording' and c.tape_leg == ARGV[3] and c.tape_t == ARGV[4] and not talks
local gone = (c.leg or '') == ''
if mine and seconds >= tonumber(ARGV[7]) then
  set(c, 'tape', 'recorded', 'tape_sid', sid, 'tape_s', seconds, 'tape_done', ARGV[8])
  if gone then message(c) end
  return {'ok', c.state}
end
if sid ~= '' and seconds > 0 then erase(c, sid) end
if mine and gone then
  set(c, 'tape', '')
  if c.state == 'triage' or c.state == 'waiting' then
    call('ZREM', P .. 'triage', id)
    if c.state == 'waiting' and (c.answered or '') == '' and now - c.enq > tonumber(ARGV[11]) then count(ARGV[10], 'abandoned') end
    close(c, ARGV[9], 'abandoned')
  end
end
return {'ok', c.state}
