-- duty: what the scripts about duties share, put after `case`. A duty is what the line owes somebody after a contact:
-- duty:<id>; duties:<kind> holds those that are not done by when they are due; dutylog:<id> what was tried.
local function dutykey(id) return P .. 'duty:' .. id end

local function duty(id)
  local flat = call('HGETALL', dutykey(id))
  if #flat == 0 then return nil end
  local d = {}
  for i = 1, #flat, 2 do d[flat[i]] = flat[i + 1] end
  d.id = id
  return d
end

-- the duty of a case; said again, the last word of the caller counts, unless somebody has acted on the first
local function owe(c, who, id, kind, due, send, gone, number, answers, consent)
  local d = duty(id)
  if d and (d.state == 'sent' or d.state == 'done' or (d.tries or '0') ~= '0') then return end
  call('HSET', dutykey(id), 'kind', kind, 'case', c.id, 'who', who, 'lang', c.lang or '', 'state', send ~= '' and 'planned' or 'open',
    'made', int(now), 'due', due, 'gone', gone, 'number', number, 'answers', answers, 'consent', consent)
  call('PEXPIREAT', dutykey(id), gone)
  call('ZADD', P .. 'duties:' .. kind, due, id)
  if send ~= '' then job('checkin:' .. id, tonumber(send), 'checkin', c, 'duty', id) end
end

-- nothing is owed any more: what is personal goes at once
local function settled(d, result)
  call('ZREM', P .. 'duties:' .. d.kind, d.id)
  call('HDEL', dutykey(d.id), 'number', 'answers')
  call('HSET', dutykey(d.id), 'state', 'done', 'result', result, 'owner', '', 'until', '')
  drop('checkin:' .. d.id)
  drop('checkinover:' .. d.id)
end
