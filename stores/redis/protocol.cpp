#include "stores/redis/protocol.hpp"

#include <hiredis/hiredis.h>

#include <charconv>
#include <new>

namespace standings {

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

// -- commands --------------------------------------------------------------------

namespace {

void append_header(std::string& to, char kind, std::size_t count) {
  char digits[24];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), count).ptr;
  to += kind;
  to.append(digits, end);
  to += "\r\n";
}

} // namespace

void append_command(std::string& to, std::span<const std::string_view> words) {
  append_header(to, '*', words.size());
  for (const auto word : words) {
    append_header(to, '$', word.size());
    to += word;
    to += "\r\n";
  }
}

// -- reply_reader ----------------------------------------------------------------

namespace {

/// What makes hiredis allocate arrays: a few bytes can announce billions of elements.
struct array_budget {
  std::size_t left = 0;
  bool exceeded = false;
  decltype(redisReplyObjectFunctions::createArray) make = nullptr;
};

/// hiredis counts elements in an `int` before its version 1.0, in a `size_t` since.
template <class Count>
void* make_bounded_array(const redisReadTask* task, Count count) {
  auto& budget = *static_cast<array_budget*>(task->privdata);
  if (static_cast<std::size_t>(count) > budget.left) {
    budget.exceeded = true;
    return nullptr;
  }
  budget.left -= static_cast<std::size_t>(count);
  return budget.make(task, count);
}

struct reader_free {
  void operator()(redisReader* r) const { redisReaderFree(r); }
};

} // namespace

struct reply_reader::state {
  explicit state(const limits& m) : most(m), reader(redisReaderCreate()) {
    if (!reader)
      throw std::bad_alloc{};
    functions = *reader->fn;
    budget = {most.elements, false, functions.createArray};
    functions.createArray = make_bounded_array;
    reader->fn = &functions;
    reader->privdata = &budget;
  }

  const limits most;
  array_budget budget;
  redisReplyObjectFunctions functions{};
  std::unique_ptr<redisReader, reader_free> reader;
  std::size_t fed = 0; ///< bytes since the last complete reply
};

reply_reader::reply_reader(const limits& most) : state_(std::make_unique<state>(most)) {}

reply_reader::~reply_reader() = default;

void reply_reader::feed(std::string_view bytes) {
  state_->fed += bytes.size();
  redisReaderFeed(state_->reader.get(), bytes.data(), bytes.size()); // `next` finds its errors
}

result<std::optional<redis_reply>> reply_reader::next() {
  const auto too_large = [](const std::string& limit) {
    return fail_because(errc::store_unavailable, "the cache sends a reply that is too large",
                        "it has more than " + limit);
  };
  void* reply = nullptr;
  if (redisReaderGetReply(state_->reader.get(), &reply) != REDIS_OK) {
    if (state_->budget.exceeded)
      return too_large(std::to_string(state_->most.elements) + " elements");
    return fail_because(errc::store_unavailable, "what answers there is no Redis",
                        state_->reader->errstr
                            + std::string{"; see cache.host and cache.port, and cache.tls.enabled. "
                                          "A port with TLS, an HTTP server or a database answers "
                                          "like this"});
  }
  if (reply) {
    state_->fed = 0;
    state_->budget.left = state_->most.elements;
    return std::optional{redis_reply{static_cast<redisReply*>(reply)}};
  }
  if (state_->fed > state_->most.bytes)
    return too_large(std::to_string(state_->most.bytes) + " bytes");
  return std::optional<redis_reply>{};
}

} // namespace standings
