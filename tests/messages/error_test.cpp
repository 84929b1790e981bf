#include "messages/error.hpp"

#include <caf/exit_reason.hpp>
#include <caf/pec.hpp>
#include <caf/sec.hpp>
#include <gtest/gtest.h>

namespace standings {
namespace {

TEST(Error, CarriesEveryFailureThroughAnActorMessage) {
  for (int code = 1; code <= static_cast<int>(errc::internal); ++code) {
    const failure sent{static_cast<errc>(code), "the détail", "field"};
    const auto received = to_failure(to_error(sent));
    EXPECT_EQ(received.code, sent.code) << to_string(sent.code);
    EXPECT_EQ(received.detail, sent.detail);
    EXPECT_EQ(received.field, sent.field);
  }
}

TEST(Error, OfOursWithoutContextKeepsItsCode) {
  const auto received = to_failure(caf::make_error(errc::overloaded));
  EXPECT_EQ(received.code, errc::overloaded);
  EXPECT_EQ(received.detail, "");
}

TEST(Error, OfARequestThatTimedOutIsTimedOut) {
  EXPECT_EQ(to_failure(caf::make_error(caf::sec::request_timeout)).code, errc::timed_out);
}

TEST(Error, OfADeadReceiverIsAnUnavailableStore) {
  EXPECT_EQ(to_failure(caf::make_error(caf::sec::request_receiver_down)).code,
            errc::store_unavailable);
  EXPECT_EQ(to_failure(caf::make_error(caf::exit_reason::kill)).code, errc::store_unavailable);
}

TEST(Error, OfAnyOtherKindIsInternalAndTellsNothing) {
  for (const auto& e : {caf::error{}, caf::make_error(caf::sec::unexpected_message),
                        caf::make_error(caf::sec::runtime_error, "password=secret"),
                        caf::make_error(caf::pec::unexpected_character)}) {
    const auto received = to_failure(e);
    EXPECT_EQ(received.code, errc::internal);
    EXPECT_EQ(received.detail.find("secret"), std::string::npos);
  }
}

} // namespace
} // namespace standings
