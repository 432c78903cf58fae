package lethe.engine;

import org.bytedeco.pytorch.global.torch;

/** Where tensors live and are computed. */
public final class Device {
    private static final Device CPU = new Device("cpu", new org.bytedeco.pytorch.Device("cpu"));

    private final String name;
    private final org.bytedeco.pytorch.Device raw;

    private Device(String name, org.bytedeco.pytorch.Device raw) {
        this.name = name;
        // Outlives every scope; freed with the process.
        this.raw = raw.retainReference();
    }

    /** The processor. */
    public static Device cpu() {
        return CPU;
    }

    /**
     * The CUDA device with this index.
     *
     * @throws DeviceUnavailableException if the engine cannot use one; it never falls back to the processor silently
     */
    public static Device cuda(int index) {
        if (!torch.hasCUDA()) {
            throw new DeviceUnavailableException("No CUDA device is usable: found libtorch " + Engine.version()
                    + " without CUDA; build with -Pcuda on a machine with CUDA 13 and cuDNN 9, or choose device 'cpu'");
        }
        return new Device("cuda:" + index, new org.bytedeco.pytorch.Device("cuda:" + index));
    }

    /** A CUDA device where one is usable, otherwise the processor. */
    public static Device best() {
        return torch.hasCUDA() ? cuda(0) : cpu();
    }

    /** Parses {@code "cpu"}, {@code "cuda"}, {@code "cuda:N"} or {@code "best"}. */
    public static Device of(String name) {
        if (name.equals("cpu")) {
            return cpu();
        }
        if (name.equals("best")) {
            return best();
        }
        if (name.matches("cuda(:\\d{1,3})?")) {
            return cuda(name.length() > 5 ? Integer.parseInt(name.substring(5)) : 0);
        }
        throw new IllegalArgumentException("Unknown device '" + name + "'; expected cpu, cuda, cuda:N or best");
    }

    org.bytedeco.pytorch.Device raw() {
        return raw;
    }

    @Override
    public String toString() {
        return name;
    }
}
