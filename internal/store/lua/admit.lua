-- admit: what the scripts share in which a contact begins, put after `case`: may its caller be put in line, or only where
-- it is urgent? A block by a person, so many contacts of one number, so many of all. `bar:<who>` lives as long as the
-- block; `lim:<channel>:<who>` and `lim:all` hold the times of the last contacts that counted, the newest first.
local function over(key, most, span)
  if most == 0 then return false end
  local nth = call('LINDEX', key, most - 1)
  if nth and tonumber(nth) > now - span then return true end
  call('LPUSH', key, int(now))
  call('LTRIM', key, 0, most - 1)
  call('PEXPIRE', key, span)
  return false
end

-- supervisors see it, at most once a minute
local function flooded(text)
  local is = call('HGET', P .. 'alerts', 'flood')
  local at = is and tonumber(string.match(is, '^%d+'))
  if at and now - at < 60000 then return end
  call('HSET', P .. 'alerts', 'flood', int(now) .. ' ' .. text)
  emit('alert', {}, 'flood')
end

-- limits is "calls:ms:calls of all:ms". What is turned away is not counted: who waits a while gets through
local function admit(c, limits)
  local n, span, all, all_span = string.match(limits, '^(%d+):(%d+):(%d+):(%d+)$')
  local who, why = c.who or '', ''
  if who ~= '' and call('EXISTS', P .. 'bar:' .. who) == 1 then
    why = 'blocked'
  elseif who ~= '' and over(P .. 'lim:' .. c.channel .. ':' .. who, tonumber(n), tonumber(span)) then
    why = 'limited'
    local hits = call('INCR', P .. 'lim:hits')
    if hits == 1 then call('PEXPIRE', P .. 'lim:hits', 60000) end
    if hits == 20 then flooded('Twenty contacts within a minute were above the limit of their number. What is urgent passes.') end
  elseif over(P .. 'lim:all', tonumber(all), tonumber(all_span)) then
    why = 'full'
    flooded('More contacts begin than the line takes at once. What is urgent passes; others hear that the line is full.')
  end
  if why ~= '' then set(c, 'shut', why) end
  return why
end
