"""The ways out of another cluster, or another namespace of the same one."""

from lab.mtv.routes.stages import COPIED_AS_IT_IS

COLD = COPIED_AS_IT_IS
