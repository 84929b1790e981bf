#include "http/api/metrics/status_replies.hpp"

#include <utility>

namespace standings {

namespace {

/// How long an actor may take to answer; `requester` is exact to 50 ms.
constexpr milliseconds status_limit{100};

} // namespace

/// Not in an unnamed namespace: GCC warns of coroutine frames with types of one.
template <class Reply, class Handle, class Message>
static detached gather_reply(std::shared_ptr<status_replies> into, const api& with, Handle whom,
                             Message question, std::optional<Reply> status_replies::*place) {
  ++into->missing;
  auto reply = co_await ask<Reply>(with, whom, question, status_limit);
  if (reply)
    (*into).*place = std::move(*reply);
  into->one_done();
}

task<std::shared_ptr<status_replies>> gather_replies(const api& with) {
  auto out = std::make_shared<status_replies>();
  const auto& faces = with.faces;
  gather_reply(out, with, faces.health, get_prompt_status{}, &status_replies::health);
  gather_reply(out, with, faces.reconcile, get_reconcile_status{}, &status_replies::reconcile);
  gather_reply(out, with, faces.aliases, get_aliases_status{}, &status_replies::aliases);
  gather_reply(out, with, faces.sessions, get_sessions_status{}, &status_replies::sessions);
  out->all_asked = true;
  if (out->missing > 0)
    co_await out->all_there;
  co_return out;
}

} // namespace standings
