package lethe.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        header = {
            "Print a script that completes commands and options in bash and zsh.",
            "",
            "Examples:",
            "  source <(lethe completion)      in this shell; add it to ~/.bashrc for all"
        })
final class CompletionCommand extends LetheCommand {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec self;

    @Override
    ExitCode execute() {
        var out = console().out();
        out.print(AutoComplete.bash("lethe", self.root().commandLine()));
        out.flush();
        return ExitCode.OK;
    }
}
