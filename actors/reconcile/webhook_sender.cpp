#include "actors/reconcile/webhook_sender.hpp"

#include "actors/supervision/system.hpp"
#include "core/reconcile/run_report_json.hpp"
#include "log/log.hpp"

#include <boost/json.hpp>

namespace standings {

namespace {

std::string body_of(const webhook_event& event) {
  return boost::json::serialize(boost::json::object{
      {"event", event.kind},
      {"sent_at", to_iso8601(system_now())},
      {"run", run_report_object(event.report)},
  });
}

} // namespace

void webhook_sender_state::init(post_fn post, reconcile_front_actor to,
                                const webhook_sender_options& with) {
  post_ = std::move(post);
  front_ = std::move(to);
  options_ = with;
}

void webhook_sender_state::add(const webhook_event& event) {
  if (waiting_.size() >= options_.max_waiting)
    return give_up("too many calls of the webhook wait");
  waiting_.push_back(body_of(event));
  if (waiting_.size() == 1)
    send_next();
}

void webhook_sender_state::send_next() {
  if (waiting_.empty())
    return;
  const auto sent = post_(waiting_.front());
  ++tries_;
  auto pause = std::chrono::milliseconds{0};
  if (!sent && tries_ < options_.tries) {
    pause = options_.first_pause * (1 << (tries_ - 1));
  } else {
    if (!sent)
      give_up(explain(sent.error()));
    waiting_.pop_front();
    tries_ = 0;
  }
  if (!waiting_.empty())
    self->delayed_send(webhook_sender_actor{self}, pause, retry_due{});
}

void webhook_sender_state::give_up(const std::string& reason) {
  log_to(log_component::reconcile).warn("Failed to call the webhook: {}", reason);
  self->send(front_, webhook_failed{reason});
}

webhook_sender_actor::behavior_type
webhook_sender(webhook_sender_actor::stateful_pointer<webhook_sender_state> self, post_fn post,
               reconcile_front_actor front, webhook_sender_options options) {
  end_on_exception(self);
  self->state.init(std::move(post), std::move(front), options);
  return {
      [self](const webhook_event& m) { self->state.add(m); },
      [self](retry_due) { self->state.send_next(); },
  };
}

} // namespace standings
