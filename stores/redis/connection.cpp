#include "stores/redis/connection.hpp"

#include "stores/redis/reply_errors.hpp"

#include <hiredis/hiredis.h>
#include <poll.h>

#include <cerrno>
#include <charconv>

namespace standings {

namespace {

timeval to_timeval(std::chrono::milliseconds d) {
  return {d.count() / 1'000, d.count() % 1'000 * 1'000};
}

/// The command's key or subject, for messages; empty if that could be a value or a secret.
std::string_view subject_of(const redis_connection::arguments& words) {
  const bool tells = words.size() > 1 && words[0] != "AUTH" && words[0] != "PING";
  return tells ? words[1] : std::string_view{};
}

/// A form that a log can show: keys may contain any bytes.
std::string printable(std::string_view text) {
  constexpr std::size_t most = 100;
  std::string out;
  for (const char c : text.substr(0, most))
    out += c >= ' ' && c < '\x7f' ? c : '?';
  return out + (text.size() > most ? "…" : "");
}

} // namespace

// -- redis_reply -----------------------------------------------------------------

redis_reply::redis_reply(redisReply* owned) : root_(owned, freeReplyObject), at_(owned) {}

bool redis_reply::is_error() const {
  return at_ && at_->type == REDIS_REPLY_ERROR;
}

bool redis_reply::is_nil() const {
  return !at_ || at_->type == REDIS_REPLY_NIL;
}

bool redis_reply::is_string() const {
  return at_ && at_->type == REDIS_REPLY_STRING;
}

std::string_view redis_reply::text() const {
  if (!at_ || !at_->str)
    return {};
  return {at_->str, static_cast<std::size_t>(at_->len)};
}

std::int64_t redis_reply::integer() const {
  if (at_ && at_->type == REDIS_REPLY_INTEGER)
    return at_->integer;
  std::int64_t value = 0;
  const auto digits = text();
  const auto* end = digits.data() + digits.size();
  return std::from_chars(digits.data(), end, value).ptr == end ? value : 0;
}

double redis_reply::number() const {
  if (at_ && at_->type == REDIS_REPLY_INTEGER)
    return static_cast<double>(at_->integer);
  double value = 0;
  const auto digits = text();
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

std::size_t redis_reply::size() const {
  return at_ && at_->type == REDIS_REPLY_ARRAY ? at_->elements : 0;
}

redis_reply redis_reply::operator[](std::size_t i) const {
  redis_reply part;
  part.root_ = root_;
  part.at_ = i < size() ? at_->element[i] : nullptr;
  return part;
}

// -- redis_connection --------------------------------------------------------------

void redis_connection::closer::operator()(redisContext* c) const {
  redisFree(c);
}

std::string address_of(const redis_options& options) {
  const bool v6 = options.host.find(':') != std::string::npos;
  return (v6 ? "[" + options.host + "]" : options.host) + ":" + std::to_string(options.port);
}

redis_connection::redis_connection(redisContext* context, const redis_options& options)
    : context_(context), address_(address_of(options)), patience_(options.command_timeout) {}

result<std::unique_ptr<redis_connection>> redis_connection::open(const redis_options& options) {
  auto* context = redisConnectWithTimeout(options.host.c_str(), options.port,
                                          to_timeval(options.connect_timeout));
  if (!context)
    return fail(errc::store_unavailable, "the cache cannot be reached");
  std::unique_ptr<redis_connection> made{new redis_connection{context, options}};
  if (context->err)
    return fail_because(errc::store_unavailable, "the cache cannot be reached",
                        "connecting to " + made->address_ + ": " + context->errstr
                            + "; see cache.host and cache.port");
  redisSetTimeout(context, to_timeval(options.command_timeout));
  redisEnableKeepAlive(context);
  if (!options.password.empty()) {
    arguments auth{"AUTH"};
    if (!options.username.empty())
      auth.push_back(options.username);
    auth.push_back(options.password);
    if (const auto done = made->command(auth); !done)
      return done.error();
  }
  // this finds a server that hangs, is still loading or is no Redis at all
  const auto alive = made->exchange({{"PING"}});
  if (!alive)
    return alive.error();
  if (const auto& reply = alive->front();
      reply.is_error() && !is_redis_error(reply.text(), "NOPERM"))
    return made->meaning_of(reply, {"PING"});
  const auto db = std::to_string(options.db);
  if (options.db != 0)
    if (const auto done = made->command({"SELECT", db}); !done)
      return done.error();
  return made;
}

/// Uses the message of hiredis; a protocol error means that another service has answered.
failure redis_connection::lost(const std::string& doing) {
  if (why_broken_)
    return *why_broken_;
  const std::string says = context_->errstr;
  if (context_->err == REDIS_ERR_PROTOCOL)
    why_broken_ = fail_because(errc::store_unavailable, "what answers there is no Redis",
                               doing + ": " + says
                                   + "; see cache.host and cache.port. A port with TLS, an HTTP "
                                     "server or a database answers like this");
  else if (context_->err == REDIS_ERR_IO && (errno == EAGAIN || errno == EWOULDBLOCK))
    why_broken_ =
        fail_because(errc::store_unavailable, "the cache does not answer in time",
                     doing + ": no answer within " + std::to_string(patience_.count()) + " ms");
  else
    why_broken_ = fail_because(errc::store_unavailable, "the connection to the cache was lost",
                               doing + ": " + says);
  return *why_broken_;
}

std::string redis_connection::describe(const arguments& words) const {
  const auto subject = subject_of(words);
  return std::string{words.empty() ? "reading" : words[0]} + (subject.empty() ? "" : " ")
         + printable(subject) + " at " + address_;
}

void redis_connection::append(const arguments& words) {
  std::vector<const char*> data;
  std::vector<std::size_t> lengths;
  for (const auto& word : words) {
    data.push_back(word.data() ? word.data() : "");
    lengths.push_back(word.size());
  }
  redisAppendCommandArgv(context_.get(), static_cast<int>(words.size()), data.data(),
                         lengths.data());
}

result<redis_reply> redis_connection::read(const std::string& doing) {
  void* reply = nullptr;
  if (broken() || redisGetReply(context_.get(), &reply) != REDIS_OK || !reply)
    return lost(doing);
  return redis_reply{static_cast<redisReply*>(reply)};
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
  int done = 0;
  while (done == 0)
    if (broken() || redisBufferWrite(context_.get(), &done) != REDIS_OK)
      return lost(describe(words));
  return {};
}

result<std::vector<redis_reply>> redis_connection::pushed(std::chrono::milliseconds limit,
                                                          std::size_t at_most) {
  std::vector<redis_reply> out;
  if (const auto taken = take_read(out, at_most); !taken)
    return taken.error();
  if (!out.empty())
    return out;
  pollfd readable{context_->fd, POLLIN, 0};
  const auto ready = ::poll(&readable, 1, static_cast<int>(limit.count()));
  if (ready < 0 && errno != EINTR)
    return lost(describe({}));
  if (ready <= 0)
    return out;
  if (redisBufferRead(context_.get()) != REDIS_OK)
    return lost(describe({}));
  if (const auto taken = take_read(out, at_most); !taken)
    return taken.error();
  return out;
}

/// Takes the replies that have already been read from the socket.
result<void> redis_connection::take_read(std::vector<redis_reply>& to, std::size_t at_most) {
  while (to.size() < at_most) {
    void* reply = nullptr;
    if (broken() || redisGetReplyFromReader(context_.get(), &reply) != REDIS_OK)
      return lost(describe({}));
    if (!reply)
      return {};
    to.emplace_back(static_cast<redisReply*>(reply));
  }
  return {};
}

result<redis_reply> redis_connection::script(const script_source& what, const arguments& keys,
                                             const arguments& values) {
  const auto count = std::to_string(keys.size());
  arguments words{"EVALSHA", what.sha, count};
  words.insert(words.end(), keys.begin(), keys.end());
  words.insert(words.end(), values.begin(), values.end());
  const auto doing =
      std::string{what.name} + " on " + printable(keys.empty() ? "" : keys[0]) + " at " + address_;
  append(words);
  auto reply = read(doing);
  if (reply && reply->is_error() && reply->text().starts_with("NOSCRIPT")) {
    words[0] = "EVAL"; // which also caches the script
    words[1] = what.source;
    append(words);
    reply = read(doing);
  }
  return checked(std::move(reply), doing);
}

} // namespace standings
