/** What tests of several packages use: quantiles of errors beside their bounds, files with random faults, and programs in a virtual machine of their own. */
package dev.wengert.testing;
