#pragma once

#include "core/base/task.hpp"
#include "stores/redis/connection.hpp"
#include "stores/redis/script.hpp"

#include <string>
#include <utility>
#include <vector>

namespace standings {

/// Commands to Redis, for code that runs both on threads that may block and on event loops. What
/// the arguments refer to has to outlive the call. Failures are those of redis_connection.
class redis_calls {
public:
  using arguments = redis_connection::arguments;

  redis_calls() = default;
  redis_calls(const redis_calls&) = delete;
  redis_calls& operator=(const redis_calls&) = delete;
  virtual ~redis_calls() = default;

  virtual task<result<redis_reply>> command(arguments words) = 0;

  /// All commands at once; the first error reply, if any, is the failure.
  virtual task<result<std::vector<redis_reply>>> pipeline(std::vector<arguments> commands) = 0;

  virtual task<result<redis_reply>> script(script_source what, arguments keys,
                                           arguments values) = 0;
};

/// Blocks in each call, so that awaiting it never waits.
class blocking_redis_calls final : public redis_calls {
public:
  explicit blocking_redis_calls(redis_connection& on) : on_(on) {}

  task<result<redis_reply>> command(arguments words) override { co_return on_.command(words); }
  task<result<std::vector<redis_reply>>> pipeline(std::vector<arguments> commands) override {
    co_return on_.pipeline(commands);
  }
  task<result<redis_reply>> script(script_source what, arguments keys, arguments values) override {
    co_return on_.script(what, std::move(keys), std::move(values));
  }

private:
  redis_connection& on_;
};

/// Runs a script; the texts have to outlive the call.
inline task<result<redis_reply>> run_script(redis_calls& calls, const redis_script& what,
                                            const std::vector<std::string>& keys,
                                            const std::vector<std::string>& values) {
  return calls.script(source_of(what), {keys.begin(), keys.end()}, {values.begin(), values.end()});
}

} // namespace standings
