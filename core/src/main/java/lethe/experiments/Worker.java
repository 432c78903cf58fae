package lethe.experiments;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import lethe.training.Progress;
import lethe.training.StoppedException;

/**
 * The process of one worker. It does the worlds that {@link WorkerProcess} names on its standard input, tells what it
 * does on its standard output, and ends when it is told to or when the input does, as it does when the run has died.
 */
final class Worker {
    private final BlockingQueue<Message> orders = new LinkedBlockingQueue<>();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final PrintStream lines;

    private Worker(PrintStream lines) {
        this.lines = lines;
    }

    public static void main(String[] args) {
        var worker =
                new Worker(new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
        // What a library prints must not come between the lines of the protocol.
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
        // Ctrl-C reaches all processes of a terminal; it is for the run to say what becomes of it.
        Signals.handle("INT", () -> {});
        Signals.handle("TERM", worker::stop);
        var ears = new Thread(worker::listen, "orders");
        ears.setDaemon(true);
        ears.start();
        worker.work(Path.of(args[0]));
    }

    private void listen() {
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                Message order = Message.parse(line);
                if (order.kind() == Message.Kind.STOP) {
                    break;
                }
                orders.add(order);
            }
        } catch (IOException e) {
            tell(Message.of(Message.Kind.NOTE, "A worker lost the run: " + e.getMessage()));
        } finally {
            stop();
        }
    }

    private void stop() {
        stop.set(true);
        orders.add(Message.of(Message.Kind.STOP)); // wakes one that waits for work
    }

    private void work(Path root) {
        try {
            Message first = orders.take();
            if (first.kind() != Message.Kind.PLAN) {
                return;
            }
            var setting = new Setting(Plan.parse(first.text(), "the plan of the run"));
            try (RunDirectory run = RunDirectory.openForWorker(root)) {
                tell(Message.of(Message.Kind.READY));
                for (Message order = orders.take(); order.kind() == Message.Kind.WORLD; order = orders.take()) {
                    carryOut(setting, run, order);
                }
            }
            tell(Message.of(Message.Kind.STOPPED));
        } catch (StoppedException e) {
            tell(Message.of(Message.Kind.STOPPED));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error failure) {
            failure.printStackTrace(); // into the worker's log
            tell(WorkerFailure.told(failure));
        }
    }

    private void carryOut(Setting setting, RunDirectory run, Message order) {
        World world = setting.worlds().stream()
                .filter(it -> it.index() == order.units())
                .findFirst()
                .orElseThrow();
        var campaign = new Campaign(
                setting,
                run,
                Progress.silent(),
                stop::get,
                step -> tell(new Message(Message.Kind.STEP, 0, 0, 0, "", List.of(step.key()))));
        try {
            campaign.carryOut(world, new Told(0, new AtomicInteger()), Set.copyOf(order.keys()));
            tell(Message.of(Message.Kind.DONE));
        } catch (LostWorldException e) {
            tell(Message.of(Message.Kind.LOST, String.valueOf(e.getMessage())));
        }
    }

    private void tell(Message message) {
        synchronized (lines) {
            lines.println(message.line());
        }
    }

    /** Progress that is told to the run. */
    private final class Told implements Progress {
        private final int task;
        private final AtomicInteger tasks;

        Told(int task, AtomicInteger tasks) {
            this.task = task;
            this.tasks = tasks;
        }

        @Override
        public Progress begin(String name, long units) {
            var begun = new Told(tasks.incrementAndGet(), tasks);
            say(Message.Kind.BEGIN, begun.task, units, name);
            return begun;
        }

        @Override
        public void advance(long units) {
            say(Message.Kind.ADVANCE, task, units, "");
        }

        @Override
        public void skip(long units) {
            say(Message.Kind.SKIP, task, units, "");
        }

        @Override
        public void note(String text) {
            say(Message.Kind.NOTE, task, 0, text);
        }

        @Override
        public void close() {
            say(Message.Kind.END, task, 0, "");
        }

        private void say(Message.Kind kind, int about, long units, String text) {
            tell(new Message(kind, about, task, units, text, List.of()));
        }
    }
}
