-- case: what the scripts share, put before each of them but those that stand alone, after `head`.
-- Rules: the clock is Redis TIME; integers only; a result is a list that
-- begins with a word; MOVES is the table of internal/hotline, put in by Go.
local T = call('TIME')
local now = T[1] * 1000 + math.floor(T[2] / 1000)
local EV_MAX, JOB_TTL = 20000, 86400000
local part -- guests.lua: all guests of a talk are over

local function int(n) return string.format('%.0f', n) end
local function ck(id) return P .. 'case:' .. id end
local function can(from, to) return MOVES[from .. '>' .. to] == 1 end

-- the document given for this request before: by its key, or by its token,
-- which holds the key
local function given(doc, token)
  local kept = doc and call('GET', doc)
  if kept or not token then return kept end
  local at = call('GET', token)
  return at and call('GET', at)
end

-- fields of a case as a table; nil where the case is unknown
local function read(id)
  local flat = call('HGETALL', ck(id))
  if #flat == 0 then return nil end
  local c = {}
  for i = 1, #flat, 2 do c[flat[i]] = flat[i + 1] end
  c.id, c.band, c.epoch, c.turn = id, tonumber(c.band or '3'), tonumber(c.epoch or '0'), tonumber(c.turn or '0')
  return c
end

-- one score, static, that ages: 15 min a band, emergencies before all
local function score(enq, band, head)
  if band == 0 then return enq - 4000000000000 end
  return enq + band * 900000 - (head and 3600000 or 0)
end

local function emit(kind, c, code, by)
  call('XADD', P .. 'ev', 'MAXLEN', '~', EV_MAX, '*', 'k', kind, 'c', c.id or '', 's', c.state or '',
    'b', c.band or '', 'by', by or c.owner or '', 'w', code, 'at', int(now))
end

-- calls to make wait in `dials`, the most urgent first: pages, then who is asked into a talk and whatever is about an emergency, then what people wait
-- for, then what may also be taken in the console. The score is the rank and the time at which it is due
local RANK, AFTER = {page = 0, guest = 1, dial = 2, ring = 2, ringleg = 3}, 10000000000000
local function lane(kind, c)
  local rank = RANK[kind]
  if not rank then return 'outbox', 0 end
  return 'dials', (c.band == 0 and math.min(rank, 1) or rank) * AFTER
end

-- a job is due at `at`; whoever takes it is alone with it for some seconds. It is kept for a day after that
local function job(id, at, kind, c, ...)
  local set, rank = lane(kind, c)
  call('DEL', P .. 'job:' .. id)
  call('HSET', P .. 'job:' .. id, 'kind', kind, 'case', c.id, 'epoch', c.epoch, 'born', T[1] .. '.' .. T[2], ...)
  call('PEXPIRE', P .. 'job:' .. id, int(math.max(at - now, 0) + JOB_TTL))
  call('ZADD', P .. set, int(rank + at), id)
end

local function drop(id)
  call('ZREM', P .. 'outbox', id)
  call('ZREM', P .. 'dials', id)
  call('ZREM', P .. 'legs', 'job:' .. id)
  call('DEL', P .. 'job:' .. id)
end

local function need(c) return string.match(c.needs or '', '^[^,]+') or 'talk' end

-- the last word of a bucket: the need, and whom the caller would rather talk to. Danger waits for nobody's wish and
-- for no credential.
local function sort(c)
  local n = need(c)
  if c.band == 0 then return n == 'voicemail' and n or 'talk' end
  return n .. ((c.wish or '') ~= '' and '+' .. c.wish or '')
end

-- in a bucket, in `line` and in `w:` if and only if waiting or promised
local function enter(c, head)
  local enq = tonumber(c.enq)
  local s = int(score(enq, c.band, head or c.head == '1'))
  c.bucket = 'q:' .. c.channel .. ':' .. (c.lang ~= '' and c.lang or 'en') .. ':' .. sort(c)
  call('ZADD', P .. c.bucket, s, c.id)
  if (c.star or '') ~= '' then call('ZADD', P .. c.star, s, c.id) end -- open to everybody it stays
  call('ZADD', P .. 'line', s, c.id)
  call('ZADD', P .. 'w:' .. c.band, int(enq), c.id)
  call('HSET', ck(c.id), 'score', s, 'bucket', c.bucket, 'band', c.band)
  -- who is called back without having been promised it, within the hours too
  if c.dial == '1' and c.cb ~= '1' and (c.till or '') ~= '' then job('hours:' .. c.id, tonumber(c.till), 'hours', c) end
end

-- after a minute somebody looks whether anybody on shift speaks the language
local function look(c)
  if (c.star or '') == '' then job('nolang:' .. c.id, now + 60000, 'nolang', c) end
end

local function exit(c)
  if c.bucket and c.bucket ~= '' then call('ZREM', P .. c.bucket, c.id) end
  if c.star and c.star ~= '' then call('ZREM', P .. c.star, c.id) end
  call('ZREM', P .. 'line', c.id)
  for b = 0, 3 do call('ZREM', P .. 'w:' .. b, c.id) end
end

-- the counselor's hold on the case ends
local function free(c, missed)
  if not c.owner or c.owner == '' then return end
  local co = P .. 'co:' .. c.owner
  local wrap = ',' .. (call('HGET', co, 'wrap') or '') -- wrap-ups that an emergency interrupted, each with a comma behind it
  local rest = string.gsub(wrap, ',' .. string.gsub(c.id, '%-', '%%-') .. ',', ',')
  if call('HGET', co, 'call') == c.id then
    local next_one = string.match(rest, '^,([^,]+),') or ''
    call('HSET', co, 'call', next_one, 'wrap', string.sub(rest, #next_one + (next_one ~= '' and 3 or 2)), 'idle', int(now))
  elseif rest ~= wrap then
    call('HSET', co, 'wrap', string.sub(rest, 2))
  else
    call('HSET', co, 'idle', int(now))
  end
  call('SREM', P .. 'cot:' .. c.owner, c.id)
  if missed then
    local m = call('HINCRBY', co, 'missed', 1)
    local limit = tonumber(call('HGET', co, 'limit') or '3')
    if m >= limit and call('HGET', co, 'state') == 'available' then
      call('HSET', co, 'state', 'break', 'told', 'missed-rings', 'since', int(now))
      call('XADD', P .. 'ev', 'MAXLEN', '~', EV_MAX, '*', 'k', 'shift', 'c', '', 's', '', 'b', '', 'by', c.owner, 'w', 'missed-rings', 'at', int(now))
    end
  end
end

local function set(c, ...)
  local kv = {...}
  for i = 1, #kv, 2 do c[kv[i]] = kv[i + 1] end
  call('HSET', ck(c.id), ...)
end

-- a leg counts among those that the account has at once, until its end was told
local function up(sid)
  if call('EXISTS', P .. 'over:' .. sid) == 0 then call('ZADD', P .. 'legs', int(now + 14400000), sid) end
end

-- the leg that belongs to a case
local function bind(sid, c)
  call('SET', P .. 'call:' .. sid, c.id, 'PX', 14400000)
  up(sid)
end

-- the emergency record: opened once, paged at once, next page by its timer
local function alarm(c, by, after)
  if c.em_open and c.em_open ~= '' and (c.em_closed or '') == '' then return false end
  set(c, 'em_open', int(now), 'em_by', by or '', 'em_paged', '1', 'em_ack', '', 'em_ack_at', '', 'em_att', '', 'em_conf', '', 'em_closed', '')
  call('PERSIST', ck(c.id)) -- a closed case stays for as long as its record is open
  call('ZADD', P .. 'alarms', int(now), c.id)
  for _, how in ipairs({'page', 'pagetext'}) do
    job(how .. ':' .. c.id .. ':' .. int(now) .. ':1', now, how, c, 'n', '1', 'opened', int(now))
  end
  job('nextpage:' .. c.id .. ':' .. int(now) .. ':1', now + after, 'nextpage', c, 'n', '1', 'opened', int(now))
  emit('alert', c, 'emergency', by)
  return true
end

-- waiting or promised again, at the old place; head: before everybody of the band
local function requeue(c, to, head)
  c.epoch = c.epoch + 1
  if head then c.head = '1' end
  drop('lease:' .. c.id .. ':' .. (c.epoch - 1))
  part(c, 'released')
  set(c, 'state', to, 'epoch', c.epoch, 'owner', '', 'lease', '', 'cleg', '', 'room', '', 'conf', '', 'in_p', '', 'in_c', '', 'in_o', '', 'away', '', 'aways', '', 'hold', '', 'outs', '', 'head', c.head or '', 'dialleg', '')
  if not c.enq or c.enq == '' then set(c, 'enq', int(now)) end
  enter(c, head)
  look(c)
end

-- a person is with the caller: paging ends, a page that still rings is called off
local function attended(c)
  if (c.em_open or '') == '' or (c.em_closed or '') ~= '' or (c.em_att or '') ~= '' then return end
  set(c, 'em_att', int(now))
  local ringing = c.pleg or ''
  if ringing ~= '' and ringing ~= c.cleg and ringing ~= c.oleg then
    job('hang:' .. ringing, now, 'hang', c, 'leg', ringing, 'why', 'handled')
  end
  emit('alert', c, 'attended')
end

-- a promised call is made, or is owed no more
local function kept(c)
  for _, who in ipairs({c.who or '', c.cb_who or ''}) do
    if who ~= '' and call('GET', P .. 'pr:' .. who) == c.id then call('DEL', P .. 'pr:' .. who) end
  end
  drop('hours:' .. c.id)
  drop('told:' .. c.id)
  set(c, 'cb', '', 'dial', '', 'next', '', 'till', '', 'cb_from', '')
end

-- why a case cannot go on by text; nil where it can. An open thread of the
-- same phone would get the texts of both.
local function untextable(c)
  local who = c.who or ''
  if who == '' then return 'no-number' end
  local w = call('HMGET', P .. 'who:' .. who, 'optout', 'sms')
  if w[1] == '1' then return 'opted-out' end
  local other = w[2] and w[2] ~= c.id and call('HMGET', ck(w[2]), 'state', 'em_open') or {}
  if other[1] and other[1] ~= 'closed' and (other[1] ~= 'triage' or (other[2] or '') ~= '') then return 'thread' end
end

-- the same case in another channel: another bucket, the same score; texts of
-- the person find it, or no longer do
local function channel(c, to, keep)
  local placed = c.state == 'waiting' or c.state == 'promised'
  if placed then exit(c) end
  c.star = (c.star or '') ~= '' and string.gsub(c.star, '^q:%a+:', 'q:' .. to .. ':') or ''
  local wk, last = P .. 'who:' .. (c.who or ''), nil
  if (c.who or '') ~= '' then
    last = call('HGET', wk, to)
    if call('HGET', wk, c.channel) == c.id then call('HDEL', wk, c.channel) end
    call('HSET', wk, to, c.id)
    if call('HGET', wk, 'optout') ~= '1' then call('PEXPIRE', wk, keep) end
  end
  if c.cb == '1' then kept(c) end -- who writes is not called as well
  set(c, 'channel', to, 'star', c.star, 'dial', '')
  if to == 'sms' then set(c, 'cb_from', '', 'till', '') end -- texts go out at any hour
  if placed then enter(c) end
  if to == 'sms' and (c.em_open or '') ~= '' and (c.em_closed or '') == '' and (c.em_att or '') == '' then
    job('pagetext:' .. c.id .. ':' .. c.em_open .. ':' .. (c.em_paged or '1') .. ':sms', now, 'pagetext', c, 'n', c.em_paged or '1', 'opened', c.em_open)
  end -- whoever is paged gets the link to the thread
  emit(placed and 'queue' or 'case', c, to == 'sms' and 'by-text' or 'by-phone')
  return last
end

local function count(day, field)
  call('HINCRBY', P .. 'd:' .. day, field, 1)
  call('PEXPIRE', P .. 'd:' .. day, 34560000000) -- 400 days
end

-- open contacts by the version of the script that they are on
local function onto(c, was)
  if was and was ~= '' then call('SREM', P .. 'on:' .. was, c.id) end
  if (c.ver or '') == '' or c.state == 'closed' then return end
  call('SADD', P .. 'on:' .. c.ver, c.id)
  call('SADD', P .. 'ons', c.ver)
end

-- a recording is deleted at Twilio, if it takes a month
local function erase(c, sid)
  job('erase:' .. sid, now, 'erase', c, 'sid', sid)
  call('PEXPIRE', P .. 'job:erase:' .. sid, 2592000000)
end

-- the sound of a message is fetched; before Twilio says that it is there we only try
local function fetch(c)
  job('sound:' .. c.id, c.tape_done == '1' and now or now + 15000, 'sound', c, 'sid', c.tape_sid)
  call('PEXPIRE', P .. 'job:sound:' .. c.id, 604800000)
end

-- the caller has left a message: the case waits with it in its band, at its place, and is called back
local function message(c)
  set(c, 'tape', 'fetching', 'dial', '1')
  fetch(c)
  if c.state == 'waiting' or c.state == 'promised' then exit(c) end
  if need(c) ~= 'voicemail' then set(c, 'needs', 'voicemail' .. ((c.needs or '') ~= '' and ',' .. c.needs or '')) end
  if c.state ~= 'triage' and c.state ~= 'waiting' and c.state ~= 'promised' then return end
  if c.state == 'triage' then
    call('ZREM', P .. 'triage', c.id)
    if (c.enq or '') == '' then set(c, 'enq', int(now)) end
    if tonumber(c.risk or '0') >= 2 then c.band = math.min(c.band, 1) end
    set(c, 'state', 'waiting')
    look(c)
  end
  enter(c)
  emit('queue', c, 'voicemail')
end

-- done with: out of all indexes, kept until the retention is over
local function close(c, keep, reason)
  if (c.tape_sid or '') ~= '' and c.tape ~= 'ready' then erase(c, c.tape_sid) end
  exit(c)
  part(c, 'ended')
  free(c)
  if c.cb == '1' then kept(c) end
  if c.cb_at then call('HDEL', ck(c.id), 'cb_num', 'cb_num_of', 'earlier', 'earlier_of') end
  set(c, 'state', 'closed', 'closed', int(now), 'lease', '', 'reason', reason)
  onto(c, c.ver)
  if (c.em_open or '') == '' or (c.em_closed or '') ~= '' then
    call('PEXPIRE', ck(c.id), keep)
  end
  call('PEXPIRE', P .. 'ses:' .. c.id, keep)
  call('PEXPIRE', P .. 'txt:' .. c.id, keep)
  job('retire:' .. c.id, now, 'retire', c)
  emit('queue', c, reason)
end
