using System.Globalization;
using LiveComments.Load.Check;
using LiveComments.Load.Net;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>Viewers who connect with the smallest receive buffer there is and never read again.</summary>
internal sealed class DeafViewers
{
    private readonly List<Viewer> _viewers = [];

    public DeafViewers(Loop loop, LoadTarget target, int count)
    {
        var frames = new Frames();
        for (var i = 0; i < count; i++)
        {
            var viewer = new Viewer(loop, target.Endpoint, target.LivePath + "/stream", serverSentEvents: false, sampled: false, frames);
            viewer.Open(receiveBuffer: 1);
            _viewers.Add(viewer);
        }
    }

    public bool AreWatching => _viewers.TrueForAll(viewer => viewer.IsWatching);

    public int Ended => _viewers.Count(viewer => !viewer.IsOpen);

    public void Deafen() => _viewers.ForEach(viewer => viewer.Deafen());

    /// <summary>Bytes that the kernel holds for all TCP sockets of the machine, this program's own among them.</summary>
    public static long KernelSocketMemory()
    {
        var line = File.ReadLines("/proc/net/sockstat").First(line => line.StartsWith("TCP:", StringComparison.Ordinal)).Split(' ');
        return long.Parse(line[Array.IndexOf(line, "mem") + 1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }
}
