// The drawing of a run: one page that holds what happened and asks nothing of the outside.
#include "sim/run/drawing.hpp"

#include <sstream>

#include <gtest/gtest.h>

namespace parley::sim {
namespace {

TEST(Drawing, HoldsMessagesFaultsAndTheVerdictAndNothingFromOutside) {
    RunOptions options = draw_options(9, Profile::toy);
    options.canary = 1;
    Drawing drawing{options};
    Observers observers;
    observers.event = [&drawing](const Dispatched& event) { drawing.add_event(event); };
    observers.message = [&drawing](net::Instant at, MachineId from, const consensus::Message& message) {
        drawing.add_message(at, from, message);
    };
    const RunResult result = run_world(9, options, nullptr, observers);
    ASSERT_TRUE(result.verdict.has_value());
    std::ostringstream page;
    drawing.write(page, result, "parley-sim replay </script>");
    const std::string text = page.str();
    EXPECT_NE(text.find("\"Accepted\""), std::string::npos);
    EXPECT_NE(text.find("O4 exactly-once"), std::string::npos);
    EXPECT_NE(text.find("replica 0"), std::string::npos);
    EXPECT_EQ(text.find("http"), std::string::npos);
    EXPECT_EQ(text.find("replay </script>"), std::string::npos) << "data must not end the script";
}

}  // namespace
}  // namespace parley::sim
