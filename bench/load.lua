-- What wrk sends; bench/http_bench.sh runs it.
-- wrk ... -s load.lua URL -- KIND PREFIX SUFFIX USERS
--   get     GET PREFIX, always the same
--   rank    GET PREFIX .. id .. SUFFIX, of a random user each time
--   update  POST PREFIX with a random user and count 1

local requests = {}
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("seed", threads)
end

local function user(i)
  return string.format("user-%07d", i)
end

local function random_request()
  return requests[math.random(#requests)]
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
  for i = 1, users do
    if kind == "rank" then
      requests[i] = wrk.format("GET", prefix .. user(i) .. suffix)
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
