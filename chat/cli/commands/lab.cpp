// lab: orders for the `parley up --lab` of this user.
#include "chat/cli/commands/commands.hpp"
#include "chat/cli/lab_orders.hpp"
#include "chat/cli/output.hpp"

namespace parley::chat {

Exit run(const LabCommand& command, const GlobalOptions& options) {
    const std::string done = order_lab(command.order);
    print_line(options.json ? JsonLine{}.text("order", command.order).text("done", done).flag("ok", true).str() : done);
    return Exit::ok;
}

}  // namespace parley::chat
