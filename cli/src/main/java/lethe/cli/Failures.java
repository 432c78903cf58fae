package lethe.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import lethe.engine.DeviceUnavailableException;
import lethe.experiments.DamagedRunException;
import lethe.experiments.LostWorldException;
import lethe.training.DivergedException;
import lethe.training.StoppedException;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns exceptions into a message and an exit code; a stack trace is for those who ask with {@code --debug}. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private final PrintWriter err;
    private final Ansi ansi;

    Failures(PrintWriter err, boolean colors) {
        this.err = err;
        ansi = colors ? Ansi.ON : Ansi.OFF;
    }

    @Override
    public int handleParseException(ParameterException mistake, String[] arguments) {
        error(String.valueOf(mistake.getMessage()));
        UnmatchedArgumentException.printSuggestions(mistake, err);
        String command = mistake.getCommandLine().getCommandSpec().qualifiedName();
        err.println("Try '" + command + " --help'.");
        err.flush();
        return ExitCode.USAGE.number();
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult arguments) {
        var main = (Main) command.getCommandSpec().root().userObject();
        return report(failure, main.debug()).number();
    }

    /** Says what went wrong. */
    ExitCode report(Throwable failure, boolean trace) {
        ExitCode code = code(failure);
        switch (code) {
            case INTERRUPTED -> err.println(failure.getMessage());
            case INTERNAL -> {
                error("internal error: " + failure);
                if (!trace) {
                    err.println("This should not happen. Repeat the command with --debug and report what it prints.");
                }
            }
            default -> error(message(failure));
        }
        if (trace) {
            failure.printStackTrace(err);
        }
        err.flush();
        return code;
    }

    private static ExitCode code(Throwable failure) {
        if (failure instanceof StoppedException) {
            return ExitCode.INTERRUPTED;
        } else if (failure instanceof IllegalArgumentException || failure instanceof DivergedException) {
            return ExitCode.USAGE;
        } else if (failure instanceof DamagedRunException) {
            return ExitCode.VERIFICATION_FAILED;
        } else if (failure instanceof LostWorldException lost) {
            return lost.crashed() ? ExitCode.MISSING_RESOURCE : ExitCode.USAGE;
        } else if (failure instanceof IOException
                || failure instanceof UncheckedIOException
                || failure instanceof OutOfMemoryError
                || failure instanceof DeviceUnavailableException
                || failure instanceof UnsatisfiedLinkError) {
            return ExitCode.MISSING_RESOURCE;
        }
        return ExitCode.INTERNAL;
    }

    private static String message(Throwable failure) {
        if (failure instanceof OutOfMemoryError) {
            return "out of memory (" + failure.getMessage() + "); give Java more with LETHE_HEAP=8g";
        } else if (failure instanceof UnsatisfiedLinkError) {
            return "the engine's native library cannot be loaded; see 'lethe doctor'. " + failure.getMessage();
        }
        Throwable wrapped = failure instanceof UncheckedIOException ? failure.getCause() : null;
        Throwable cause = wrapped == null ? failure : wrapped;
        if (cause instanceof NoSuchFileException missing) {
            return "there is no file " + missing.getFile();
        } else if (cause instanceof AccessDeniedException denied) {
            return "no permission for " + denied.getFile();
        } else if (cause instanceof FileAlreadyExistsException exists) {
            return exists.getFile() + " exists already";
        }
        // One that only wraps repeats its cause; another says what was being done, and what to do.
        String own = failure.getMessage();
        String said = own == null || own.equals(cause.toString()) ? cause.getMessage() : own;
        return said == null ? cause.toString() : said;
    }

    private void error(String message) {
        err.println(ansi.string("@|bold,red error:|@ ") + message);
    }
}
