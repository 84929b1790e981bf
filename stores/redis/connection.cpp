#include "stores/redis/connection.hpp"

#include "stores/redis/describe.hpp"
#include "stores/redis/lost.hpp"
#include "stores/redis/reply_errors.hpp"
#include "stores/redis/transport.hpp"
#include "stores/redis/unsent.hpp"
#include "stores/redis/waiting.hpp"

#include <array>

namespace standings {

namespace {

/// What counts as progress: a server that sends a byte now and then would otherwise hold a thread
/// for good.
constexpr std::size_t progress = 16'384;

} // namespace

redis_connection::redis_connection(std::unique_ptr<redis_transport> transport,
                                   const redis_options& options)
    : transport_(std::move(transport)), address_(address_of(options)),
      patience_(options.command_timeout) {}

redis_connection::~redis_connection() = default;

std::unique_ptr<redis_transport> redis_connection::release() {
  return std::move(transport_);
}

// -- opening ---------------------------------------------------------------------

result<std::unique_ptr<redis_connection>> redis_connection::open(const redis_options& options) {
  auto transport = redis_transport::start(options);
  if (!transport)
    return transport.error();
  if (const auto ready = await_ready(**transport, options); !ready)
    return ready.error();
  std::unique_ptr<redis_connection> made{new redis_connection{std::move(*transport), options}};
  if (const auto greeted = made->greet(options); !greeted) {
    auto why = greeted.error();
    if (!options.tls.enabled && why.detail == cache_lost)
      why.cause += "; a port with TLS ends a connection like this: see cache.tls.enabled, and "
                   "rediss:// in cache.url";
    return why;
  }
  return made;
}

result<void> redis_connection::greet(const redis_options& options) {
  if (!options.password.empty()) {
    arguments auth{"AUTH"};
    if (!options.username.empty())
      auth.push_back(options.username);
    auth.push_back(options.password);
    if (const auto done = command(auth); !done)
      return done.error();
  }
  // this finds a server that hangs, is still loading or is no Redis at all
  const auto alive = exchange({{"PING"}});
  if (!alive)
    return alive.error();
  if (const auto& reply = alive->front();
      reply.is_error() && !is_redis_error(reply.text(), "NOPERM"))
    return meaning_of(reply, {"PING"});
  const auto db = std::to_string(options.db);
  if (options.db != 0)
    if (const auto done = command({"SELECT", db}); !done)
      return done.error();
  return {};
}

// -- bytes -----------------------------------------------------------------------

failure redis_connection::lost(const std::string& doing, const failure& why) {
  if (!why_broken_)
    why_broken_ = fail_because(why.code, why.detail, doing + ": " + why.cause);
  return *why_broken_;
}

void redis_connection::append(const arguments& words) {
  if (!broken())
    append_command(unsent_, words);
}

result<std::size_t> redis_connection::write_some(wait_for& before_next) {
  if (unsent_.empty())
    return std::size_t{0};
  auto sent = transport_->write(std::string_view{unsent_}.substr(sent_), before_next);
  if (!sent) {
    before_read_ = wait_for::nothing;
    auto said_last = read_some(); // which may tell why
    return said_last && *said_last == 0 ? sent : said_last;
  }
  sent_ += *sent;
  if (sent_ == unsent_.size()) {
    sent_ = 0;
    empty_sent(unsent_);
  }
  return sent;
}

result<std::size_t> redis_connection::read_some() {
  if (before_read_ != wait_for::nothing)
    return std::size_t{0};
  std::array<char, 65'536> buffer; // NOLINT(*-member-init): only what was read is used
  auto got = transport_->read(buffer, before_read_);
  if (got)
    replies_.feed({buffer.data(), *got});
  return got;
}

/// Writes and reads what is possible at once; if that is nothing, waits first. Reads while it has
/// still to write, because a server stops reading once its replies pile up.
result<std::size_t> redis_connection::move_bytes(clock::time_point until) {
  for (;;) {
    auto before_write = wait_for::nothing;
    auto sent = write_some(before_write);
    if (!sent)
      return sent;
    auto got = read_some();
    if (!got)
      return got;
    if (*sent + *got > 0)
      return *sent + *got;
    const auto ready = await_socket(transport_->fd(), before_read_, before_write, until);
    if (!ready.any())
      return fail_because(errc::store_unavailable, "the cache does not answer in time",
                          "no answer within " + std::to_string(patience_.count()) + " ms");
    if (ready.first)
      before_read_ = wait_for::nothing;
  }
}

result<redis_reply> redis_connection::await_reply() {
  clock::time_point until;
  for (std::size_t moved = progress;;) {
    auto reply = replies_.next();
    if (!reply)
      return reply.error();
    if (*reply)
      return std::move(**reply);
    if (moved >= progress) {
      until = clock::now() + patience_;
      moved = 0;
    }
    const auto more = move_bytes(until);
    if (!more)
      return more.error();
    moved += *more;
  }
}

result<redis_reply> redis_connection::read(const std::string& doing) {
  if (broken())
    return *why_broken_;
  auto reply = await_reply();
  return reply ? reply : lost(doing, reply.error());
}

// -- commands --------------------------------------------------------------------

std::string redis_connection::describe(const arguments& words) const {
  return describe_command(words, address_);
}

result<redis_reply> redis_connection::checked(result<redis_reply> reply, const std::string& doing) {
  if (!reply || !reply->is_error())
    return reply;
  auto why = meaning_of_redis_error(reply->text(), doing);
  if (is_redis_error(reply->text(), "READONLY"))
    why_broken_ = why; // after a failover the name may resolve to the new primary
  return why;
}

result<redis_reply> redis_connection::command(const arguments& words) {
  const auto doing = describe(words);
  append(words);
  return checked(read(doing), doing);
}

std::vector<result<redis_reply>>
redis_connection::pipeline_each(const std::vector<arguments>& commands) {
  for (const auto& words : commands)
    append(words);
  std::vector<result<redis_reply>> replies;
  for (const auto& words : commands) {
    const auto doing = describe(words);
    replies.push_back(checked(read(doing), doing));
    if (broken())
      break;
  }
  return replies;
}

result<std::vector<redis_reply>>
redis_connection::pipeline(const std::vector<arguments>& commands) {
  std::vector<redis_reply> replies;
  for (auto& reply : pipeline_each(commands)) {
    if (!reply)
      return reply.error();
    replies.push_back(std::move(*reply));
  }
  return replies;
}

result<std::vector<redis_reply>>
redis_connection::exchange(const std::vector<arguments>& commands) {
  for (const auto& words : commands)
    append(words);
  std::vector<redis_reply> replies;
  replies.reserve(commands.size());
  for (const auto& words : commands) {
    auto reply = read(describe(words));
    if (!reply)
      return reply.error();
    replies.push_back(std::move(*reply));
  }
  return replies;
}

failure redis_connection::meaning_of(const redis_reply& error, const arguments& command) const {
  return meaning_of_redis_error(error.text(), describe(command));
}

failure redis_connection::meaning_of(const redis_reply& error) {
  return meaning_of_redis_error(error.text(), "Redis answers");
}

result<void> redis_connection::send(const arguments& words) {
  append(words);
  const auto until = clock::now() + patience_;
  while (!broken() && !unsent_.empty())
    if (const auto moved = move_bytes(until); !moved)
      return lost(describe(words), moved.error());
  if (broken())
    return *why_broken_;
  return {};
}

result<std::vector<redis_reply>> redis_connection::pushed(std::chrono::milliseconds limit,
                                                          std::size_t at_most) {
  std::vector<redis_reply> out;
  if (const auto taken = take_read(out, at_most); !taken)
    return taken.error();
  if (!out.empty())
    return out;
  if (before_read_ != wait_for::nothing
      && !await_socket(transport_->fd(), before_read_, wait_for::nothing, clock::now() + limit)
              .any())
    return out;
  before_read_ = wait_for::nothing;
  if (const auto got = read_some(); !got)
    return lost(describe({}), got.error());
  if (const auto taken = take_read(out, at_most); !taken)
    return taken.error();
  return out;
}

/// Takes the replies that have already been read from the socket.
result<void> redis_connection::take_read(std::vector<redis_reply>& to, std::size_t at_most) {
  if (broken())
    return *why_broken_;
  while (to.size() < at_most) {
    auto reply = replies_.next();
    if (!reply)
      return lost(describe({}), reply.error());
    if (!*reply)
      return {};
    to.push_back(std::move(**reply));
  }
  return {};
}

result<redis_reply> redis_connection::script(const script_source& what, arguments keys,
                                             arguments values) {
  std::vector<script_call> calls;
  calls.push_back({std::move(keys), std::move(values)});
  return std::move(scripts(what, calls).front());
}

std::vector<result<redis_reply>> redis_connection::scripts(const script_source& what,
                                                           const std::vector<script_call>& calls) {
  std::vector<std::string> doing;
  for (const auto& call : calls) {
    append_script_call("EVALSHA", what.sha, call);
    doing.push_back(describe_script(what, call.keys, address_));
  }
  std::vector<result<redis_reply>> replies;
  while (replies.size() < calls.size() && (replies.empty() || !broken()))
    replies.push_back(read(doing[replies.size()]));
  for (std::size_t i = 0; i < replies.size(); ++i) {
    auto& reply = replies[i];
    if (!broken() && reply && reply->is_error() && reply->text().starts_with("NOSCRIPT")) {
      append_script_call("EVAL", what.source, calls[i]); // which also caches the script
      reply = read(doing[i]);
    }
    reply = checked(std::move(reply), doing[i]);
  }
  return replies;
}

void redis_connection::append_script_call(std::string_view command, std::string_view script,
                                          const script_call& call) {
  const auto count = std::to_string(call.keys.size());
  arguments words{command, script, count};
  words.insert(words.end(), call.keys.begin(), call.keys.end());
  words.insert(words.end(), call.values.begin(), call.values.end());
  append(words);
}

} // namespace standings
