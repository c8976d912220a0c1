// Function: a callable that is moved, never copied, so that it may own links, buffers and promises.
// (std::move_only_function is C++23.) Task is what Loops and Workers run.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "net/ports/check.hpp"

namespace parley::net {

template <class Signature>
class Function;

template <class Result, class... Arguments>
class Function<Result(Arguments...)> {
public:
    Function() = default;

    template <class Callable>
        requires(!std::is_same_v<std::remove_cvref_t<Callable>, Function> &&
                 std::is_invocable_r_v<Result, std::decay_t<Callable>&, Arguments...>)
    Function(Callable&& callable)  // NOLINT(google-explicit-constructor): lambdas convert, as with std::function
        : target_(std::make_unique<Holder<std::decay_t<Callable>>>(std::forward<Callable>(callable))) {}

    Result operator()(Arguments... arguments) {
        CHECK(target_ != nullptr, "call of an empty Function");
        return target_->call(std::forward<Arguments>(arguments)...);
    }

    explicit operator bool() const { return target_ != nullptr; }

private:
    struct Target {
        Target() = default;
        Target(const Target&) = delete;
        Target& operator=(const Target&) = delete;
        virtual ~Target() = default;
        virtual Result call(Arguments... arguments) = 0;
    };
    template <class Callable>
    struct Holder final : Target {
        explicit Holder(Callable callable) : callable_(std::move(callable)) {}
        Result call(Arguments... arguments) override { return callable_(std::forward<Arguments>(arguments)...); }
        Callable callable_;
    };

    std::unique_ptr<Target> target_;
};

using Task = Function<void()>;

}  // namespace parley::net
