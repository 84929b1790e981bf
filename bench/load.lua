-- What wrk sends for the load benchmarks.
-- wrk ... -s load.lua URL -- KIND PREFIX SUFFIX USERS
--   get     GET PREFIX, always the same
--   rank    GET PREFIX .. id .. SUFFIX, of a random user each time (of at most 100 000 different ones)
--   update  POST PREFIX with a random user and count 1
--   batch   POST PREFIX with 500 different users and count 1 each
--   spread  POST PREFIX .. number .. SUFFIX with a random user and count 1, of a random one of as many
--           leaderboards as a fifth argument says

local requests = {}
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("seed", threads)
end

local function user(i)
  return string.format("user-%012d", i)
end

local function random_request()
  return requests[math.random(#requests)]
end

local most_ranks = 100000

-- Every 7919th user from a random one on: all different, for 7919 is prime to the number of users.
local function batch_of_500(users)
  local first, updates = math.random(users), {}
  for i = 1, 500 do
    updates[i] = string.format('{"user_id":"%s","count":1}', user(1 + (first + i * 7919) % users))
  end
  return '{"updates":[' .. table.concat(updates, ",") .. "]}"
end

-- Requests are made once and then picked from, so that this costs the load little.
function init(args)
  local kind, prefix, suffix, users = args[1], args[2], args[3], tonumber(args[4])
  math.randomseed(seed)
  if kind == "get" then
    wrk.path = prefix
    return
  end
  local json = { ["Content-Type"] = "application/json" }
  local count = users
  if kind == "batch" then
    count = 100
  elseif kind == "spread" then
    count = 50000
  elseif kind == "rank" then
    count = math.min(users, most_ranks)
  end
  for i = 1, count do
    if kind == "batch" then
      requests[i] = wrk.format("POST", prefix, json, batch_of_500(users))
    elseif kind == "spread" then
      local path = prefix .. math.random(tonumber(args[5])) .. suffix
      requests[i] = wrk.format("POST", path, json, string.format('{"user_id":"%s","count":1}', user(math.random(users))))
    elseif kind == "rank" then
      requests[i] = wrk.format("GET", prefix .. user(users > most_ranks and math.random(users) or i) .. suffix)
    else
      local body = string.format('{"user_id":"%s","count":1}', user(i))
      requests[i] = wrk.format("POST", prefix, json, body)
    end
  end
  request = random_request
end

-- One line for the script: rate, p99 in microseconds, what went wrong.
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %.1f %.0f %d %d\n",
    summary.requests / summary.duration * 1e6, latency:percentile(99),
    e.status, e.connect + e.read + e.write + e.timeout))
end
