#include "stores/redis_connection.hpp"

#include <hiredis/hiredis.h>
#include <poll.h>

#include <cerrno>
#include <charconv>

namespace standings {

namespace {

timeval to_timeval(std::chrono::milliseconds d) {
  return {d.count() / 1'000, d.count() % 1'000 * 1'000};
}

bool is_kind(std::string_view error, std::string_view kind) {
  return error.starts_with(kind) && (error.size() == kind.size() || error[kind.size()] == ' ');
}

/// What an error reply means. Scripts wrap an error of a command in their own text.
failure from_error(std::string_view error) {
  const auto says = [&](std::string_view kind) {
    return is_kind(error, kind) || error.find(kind) != std::string_view::npos;
  };
  if (says("OOM"))
    return fail(errc::store_unavailable, "the cache is out of memory");
  if (is_kind(error, "READONLY"))
    return fail(errc::store_unavailable, "the cache is a read-only replica");
  if (is_kind(error, "LOADING"))
    return fail(errc::store_unavailable, "the cache is loading its snapshot");
  if (is_kind(error, "MISCONF"))
    return fail(errc::store_unavailable, "the cache cannot write its snapshot");
  if (says("WRONGTYPE"))
    return fail(errc::store_unavailable, "a key of the cache holds another type");
  if (is_kind(error, "NOAUTH") || is_kind(error, "WRONGPASS") || is_kind(error, "NOPERM"))
    return fail(errc::store_unavailable, "the cache refuses our user or password");
  return fail(errc::store_unavailable,
              "the cache refuses a command: " + std::string{error.substr(0, error.find(' '))});
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
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
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

redis_connection::redis_connection(redisContext* context) : context_(context) {}

result<std::unique_ptr<redis_connection>> redis_connection::open(const redis_options& options) {
  auto* context = redisConnectWithTimeout(options.host.c_str(), options.port,
                                          to_timeval(options.connect_timeout));
  if (!context)
    return fail(errc::store_unavailable, "the cache cannot be reached");
  std::unique_ptr<redis_connection> made{new redis_connection{context}};
  if (context->err)
    return fail(errc::store_unavailable, "the cache cannot be reached");
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
  // also without a database to select: a server that hangs is found out here
  const auto db = std::to_string(options.db);
  if (const auto done = made->command({"SELECT", db}); !done)
    return done.error();
  return made;
}

failure redis_connection::lost() {
  broken_ = true;
  return fail(errc::store_unavailable, "the connection to the cache was lost");
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

result<redis_reply> redis_connection::read() {
  void* reply = nullptr;
  if (broken_ || redisGetReply(context_.get(), &reply) != REDIS_OK || !reply)
    return lost();
  return redis_reply{static_cast<redisReply*>(reply)};
}

result<redis_reply> redis_connection::checked(result<redis_reply> reply) {
  if (!reply || !reply->is_error())
    return reply;
  if (is_kind(reply->text(), "READONLY"))
    broken_ = true; // after a failover the name may lead to the new primary
  return from_error(reply->text());
}

result<redis_reply> redis_connection::command(const arguments& words) {
  append(words);
  return checked(read());
}

result<std::vector<redis_reply>>
redis_connection::pipeline(const std::vector<arguments>& commands) {
  for (const auto& words : commands)
    append(words);
  std::vector<redis_reply> replies;
  std::optional<failure> first;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    auto reply = checked(read());
    if (reply)
      replies.push_back(std::move(*reply));
    else if (!first)
      first = reply.error();
    if (broken_)
      break;
  }
  if (first)
    return *first;
  return replies;
}

result<std::vector<redis_reply>>
redis_connection::exchange(const std::vector<arguments>& commands) {
  for (const auto& words : commands)
    append(words);
  std::vector<redis_reply> replies;
  replies.reserve(commands.size());
  for (std::size_t i = 0; i < commands.size(); ++i) {
    auto reply = read();
    if (!reply)
      return reply.error();
    replies.push_back(std::move(*reply));
  }
  return replies;
}

failure redis_connection::meaning_of(const redis_reply& error) {
  return from_error(error.text());
}

result<void> redis_connection::send(const arguments& words) {
  append(words);
  int done = 0;
  while (done == 0)
    if (broken_ || redisBufferWrite(context_.get(), &done) != REDIS_OK)
      return lost();
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
    return lost();
  if (ready <= 0)
    return out;
  if (redisBufferRead(context_.get()) != REDIS_OK)
    return lost();
  if (const auto taken = take_read(out, at_most); !taken)
    return taken.error();
  return out;
}

/// The replies that have been read from the socket already.
result<void> redis_connection::take_read(std::vector<redis_reply>& to, std::size_t at_most) {
  while (to.size() < at_most) {
    void* reply = nullptr;
    if (broken_ || redisGetReplyFromReader(context_.get(), &reply) != REDIS_OK)
      return lost();
    if (!reply)
      return {};
    to.emplace_back(static_cast<redisReply*>(reply));
  }
  return {};
}

result<redis_reply> redis_connection::script(const std::string& sha, std::string_view source,
                                             const arguments& keys, const arguments& values) {
  const auto count = std::to_string(keys.size());
  arguments words{"EVALSHA", sha, count};
  words.insert(words.end(), keys.begin(), keys.end());
  words.insert(words.end(), values.begin(), values.end());
  append(words);
  auto reply = read();
  if (reply && reply->is_error() && is_kind(reply->text(), "NOSCRIPT")) {
    words[0] = "EVAL"; // which also loads it
    words[1] = source;
    append(words);
    reply = read();
  }
  return checked(std::move(reply));
}

} // namespace standings
