#include "config/yaml_document.hpp"

#include "core/base/validate.hpp"

#include <yaml-cpp/eventhandler.h>

#include <sstream>

namespace standings {

namespace {

/// Sees where the content of a document begins.
class content_mark final : public YAML::EventHandler {
public:
  YAML::Mark found = YAML::Mark::null_mark();

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& at, YAML::anchor_t) override { see(at); }
  void OnAlias(const YAML::Mark& at, YAML::anchor_t) override { see(at); }
  void OnScalar(const YAML::Mark& at, const std::string&, YAML::anchor_t,
                const std::string&) override {
    see(at);
  }
  void OnSequenceStart(const YAML::Mark& at, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    see(at);
  }
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& at, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    see(at);
  }
  void OnMapEnd() override {}

private:
  void see(const YAML::Mark& at) {
    if (found.is_null())
      found = at;
  }
};

/// Where the content of a second document begins. Not by YAML::LoadAll: for yaml-cpp 0.7 a text
/// that begins with a comma has empty documents without end.
std::optional<YAML::Mark> second_document(const std::string& text) {
  std::istringstream in{text};
  YAML::Parser parser{in};
  content_mark first;
  content_mark second;
  if (!parser.HandleNextDocument(first) || !parser.HandleNextDocument(second))
    return std::nullopt;
  return second.found;
}

} // namespace

std::optional<YAML::Node> only_document(const std::string& text, const yaml_report& report) {
  if (!is_valid_utf8(text)) {
    report(YAML::Mark::null_mark(), "is not UTF-8");
    return std::nullopt;
  }
  if (const auto second = second_document(text)) {
    report(*second, "only one document is allowed");
    return std::nullopt;
  }
  return YAML::Load(text);
}

} // namespace standings
