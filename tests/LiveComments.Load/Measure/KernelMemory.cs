using System.Globalization;

namespace LiveComments.Load.Measure;

/// <summary>What the kernel of this machine holds, for everybody: the server, this program and others.</summary>
/// <param name="Sockets">Bytes in the buffers of all TCP sockets.</param>
/// <param name="Slab">Bytes of its own objects, the sockets themselves among them.</param>
internal readonly record struct KernelMemory(long Sockets, long Slab)
{
    public static KernelMemory Now()
    {
        var tcp = File.ReadLines("/proc/net/sockstat").First(line => line.StartsWith("TCP:", StringComparison.Ordinal)).Split(' ');
        var slab = File.ReadLines("/proc/meminfo").First(line => line.StartsWith("Slab:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new KernelMemory(
            long.Parse(tcp[Array.IndexOf(tcp, "mem") + 1], CultureInfo.InvariantCulture) * Environment.SystemPageSize,
            long.Parse(slab[1], CultureInfo.InvariantCulture) * 1024);
    }
}
